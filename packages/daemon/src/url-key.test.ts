import { mkdtempDisposable, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createUrlKey } from "./url-key.ts";

test("a key is made at its first use, for nobody else, and stays", async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-key-"));
  const path = join(place.path, "url.key");
  const urlKey = createUrlKey(path);
  await expect(stat(path)).rejects.toThrow("ENOENT");
  const [key, again] = await Promise.all([urlKey(), urlKey()]);
  expect(key).toHaveLength(32);
  expect(again).toEqual(key);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await createUrlKey(path)()).toEqual(key);
});

test("what is no key is not signed with, and a key that is put there is taken", async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-key-"));
  const path = join(place.path, "url.key");
  await writeFile(path, "short");
  const urlKey = createUrlKey(path);
  await expect(urlKey()).rejects.toThrow("is no key");
  await writeFile(path, "ab".repeat(32));
  expect(await urlKey()).toEqual(Buffer.alloc(32, 0xab));
});
