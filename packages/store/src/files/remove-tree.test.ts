import { execFileSync } from "node:child_process";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createScratch } from "../../test/scratch.ts";
import { removeTree } from "./remove-tree.ts";

test("removes a tree, and is content when there is none", async () => {
  await using scratch = await createScratch();
  await mkdir(join(scratch.path, "tree/below"), { recursive: true });
  await removeTree(join(scratch.path, "tree"));
  await removeTree(join(scratch.path, "tree"));
  expect(await readdir(scratch.path)).toEqual([]);
});

test("removes a link, not what it leads to, if it leads anywhere", async () => {
  await using scratch = await createScratch();
  await symlink("nowhere", join(scratch.path, "dangling"));
  await removeTree(join(scratch.path, "dangling"));
  await mkdir(join(scratch.path, "kept"));
  await writeFile(join(scratch.path, "kept/file"), "");
  await symlink("kept", join(scratch.path, "link"));
  await removeTree(join(scratch.path, "link"));
  expect(await readdir(scratch.path)).toEqual(["kept"]);
  expect(await readdir(join(scratch.path, "kept"))).toEqual(["file"]);
});

test.skipIf(process.getuid?.() !== 0)("refuses while something is mounted below (needs root)", async () => {
  await using scratch = await createScratch();
  const mountPoint = join(scratch.path, "tree/a dir");
  await mkdir(mountPoint, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", mountPoint]);
  using _ = { [Symbol.dispose]: () => execFileSync("umount", [mountPoint]) };
  await writeFile(join(mountPoint, "of-the-host"), "");
  await expect(removeTree(join(scratch.path, "tree"))).rejects.toThrow(`${mountPoint} is mounted`);
  expect(await readdir(mountPoint)).toEqual(["of-the-host"]);
});
