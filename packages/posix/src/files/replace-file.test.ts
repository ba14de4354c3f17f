import { mkdtempDisposable, readFile, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { removeTemporaries, replaceFile } from "./replace-file.ts";

const PREFIX = join(tmpdir(), "forkd-posix-");

test.each(["durable", "untilReboot"] as const)(
  "replaces a file for its owner alone, %s",
  async (durability) => {
    await using scratch = await mkdtempDisposable(PREFIX);
    const path = join(scratch.path, "tag");
    await writeFile(path, "old", { mode: 0o644 });
    await replaceFile(path, "new", durability);
    expect(await readFile(path, "utf8")).toBe("new");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(scratch.path)).toEqual(["tag"]);
  },
);

test("leaves one whole content when many write at once", async () => {
  await using scratch = await mkdtempDisposable(PREFIX);
  const path = join(scratch.path, "tag");
  const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(1000));
  await Promise.all(contents.map((content) => replaceFile(path, content)));
  expect(contents).toContain(await readFile(path, "utf8"));
  expect(await readdir(scratch.path)).toEqual(["tag"]);
});

test("replaces a planted link instead of writing through it", async () => {
  await using scratch = await mkdtempDisposable(PREFIX);
  const victim = join(scratch.path, "victim");
  await writeFile(victim, "untouched");
  await symlink(victim, join(scratch.path, "tag"));
  await replaceFile(join(scratch.path, "tag"), "new");
  expect(await readFile(victim, "utf8")).toBe("untouched");
});

test("leaves nothing behind when the file cannot be put in place", async () => {
  await using scratch = await mkdtempDisposable(PREFIX);
  await writeFile(join(scratch.path, "file"), "");
  await expect(replaceFile(join(scratch.path, "file/below"), "new")).rejects.toMatchObject({
    code: "ENOTDIR",
  });
  expect(await readdir(scratch.path)).toEqual(["file"]);
});

test("removes the temporary files of killed writers and nothing else", async () => {
  await using scratch = await mkdtempDisposable(PREFIX);
  const stale = ".tag.0123456789abcdef.tmp";
  for (const name of [stale, "tag", "tag.tmp", ".hidden"]) await writeFile(join(scratch.path, name), "");
  expect(await removeTemporaries(scratch.path)).toEqual([stale]);
  expect((await readdir(scratch.path)).toSorted()).toEqual([".hidden", "tag", "tag.tmp"]);
});
