import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { probeOnce } from "./probe.ts";

const { signal } = new AbortController();

test("keeps the outcome of a probe for the same way to start a guest, and looks anew when asked to", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-probe-"));
  const outcomes = ["first", "second", "third"].map((why) => ({ ok: false, why }));
  const look = async (description: string, anew = false): Promise<string | undefined> => {
    const probe = { description, run: async () => outcomes.shift() ?? { ok: true, why: "one too many" } };
    const memory = { cacheDir: directory.path, qemuPath: "/bin/true", anew };
    return (await probeOnce(probe, memory, { signal })).why;
  };
  expect(await look("-sandbox on")).toBe("first");
  expect(await look("-sandbox on")).toBe("first");
  expect(await look("-sandbox off")).toBe("second");
  expect(await look("-sandbox on", true)).toBe("third");
  expect(await look("-sandbox on")).toBe("third");
});
