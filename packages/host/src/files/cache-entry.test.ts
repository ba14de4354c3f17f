import { mkdtemp, readdir, readFile, rm, utimes, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { ensureCacheEntry } from "./cache-entry.ts";

const schema = z.object({ made: z.number() });

async function makeCache(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "forkd-host-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

test("makes an entry once", async () => {
  await using cache = await makeCache();
  let made = 0;
  const ensure = () => ensureCacheEntry(join(cache.path, "a/key"), schema, async () => ({ made: ++made }));
  await ensure();
  expect((await ensure()).entry).toEqual({ made: 1 });
  expect(made).toBe(1);
});

test("gives all who race for an entry the one that was whole first", async () => {
  await using cache = await makeCache();
  const ensure = (made: number) =>
    ensureCacheEntry(join(cache.path, "key"), schema, async (directory) => {
      await writeFile(join(directory, "file"), String(made));
      return { made };
    });
  const entries = await Promise.all([1, 2, 3, 4].map(ensure));
  const [{ entry }] = entries as [(typeof entries)[0]];
  expect(entries.every((other) => other.entry.made === entry.made)).toBe(true);
  expect(await readFile(join(cache.path, "key/file"), "utf8")).toBe(String(entry.made));
  expect(await readdir(cache.path)).toEqual(["key"]);
});

test("leaves nothing of an entry that could not be made, nor of old drafts", async () => {
  await using cache = await makeCache();
  const old = join(cache.path, "other.draft-abc");
  await mkdir(old);
  await utimes(old, 0, 0);
  const ensure = ensureCacheEntry(join(cache.path, "key"), schema, () => Promise.reject(new Error("no")));
  await expect(ensure).rejects.toThrow("no");
  expect(await readdir(cache.path)).toEqual([]);
});
