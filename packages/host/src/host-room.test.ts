import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { readHostRoom } from "./host-room.ts";

test("tells what is left of this host's memory and disk", async () => {
  const room = await readHostRoom(tmpdir());
  expect(room.memoryBytes).toBeGreaterThan(1024 ** 2);
  expect(room.memoryBytes).toBeLessThan(1024 ** 5);
  expect(room.diskBytes).toBeGreaterThan(1024 ** 2);
  expect(room.diskPath).toBe(tmpdir());
});
