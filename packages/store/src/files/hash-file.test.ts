import { open } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createScratch } from "../../test/scratch.ts";
import { hashFile } from "./hash-file.ts";

const makeError = (why: string): Error => new Error(why);
const MIB = 1024 * 1024;

test("stops when its caller goes", async () => {
  await using scratch = await createScratch();
  await using file = await open(join(scratch.path, "file"), "w+");
  await file.truncate(64 * MIB);
  const caller = new AbortController();
  let chunks = 0;
  const onBytes = (): void => {
    chunks += 1;
    caller.abort();
  };
  await expect(hashFile(file, { signal: caller.signal, makeError, onBytes })).rejects.toMatchObject({
    code: "cancelled",
  });
  expect(chunks).toBe(1);
});
