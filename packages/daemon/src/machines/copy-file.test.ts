import { mkdtempDisposable, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { allocatedBytes } from "@forkd/posix";
import { expect, test } from "vitest";
import { copyToNew } from "./copy-file.ts";

const MIB = 1024 * 1024;
/** Extents are never shared there. */
const PLACE = "/dev/shm";
const options = { signal: new AbortController().signal };

test("a copy has the same bytes, and no room for zeros", async () => {
  await using root = await mkdtempDisposable(join(PLACE, "forkd-copy-"));
  const [from, to] = [join(root.path, "from"), join(root.path, "to")];
  for (const bytes of [0, 5, 3 * MIB + 5]) {
    const content = Buffer.alloc(bytes, 0);
    content.fill("x", 2 * MIB);
    await writeFile(from, content);
    await copyToNew(from, to, options);
    expect((await readFile(to)).equals(content)).toBe(true);
    expect(allocatedBytes(await stat(to))).toBeLessThan(2 * MIB);
    await expect(copyToNew(from, to, options)).rejects.toMatchObject({ code: "EEXIST" });
    await rm(to);
  }
});

test("who leaves ends a copy", async () => {
  await using root = await mkdtempDisposable(join(PLACE, "forkd-copy-"));
  const from = join(root.path, "from");
  await using file = await open(from, "w");
  await file.truncate(1024 ** 4);
  const abort = new AbortController();
  const copy = copyToNew(from, join(root.path, "to"), abort).catch((error: unknown) => error);
  await new Promise(setImmediate);
  abort.abort();
  expect(await copy).toMatchObject({ code: "cancelled" });
});
