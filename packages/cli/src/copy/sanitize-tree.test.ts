import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sanitizeTree } from "./sanitize-tree.ts";

test("what has power over the host is taken out, at any depth, and the rest stays", async () => {
  const dir = await mkdtemp(join(tmpdir(), "forkd-disarm-"));
  await using _ = { [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
  await mkdir(join(dir, "sub"));
  await writeFile(join(dir, "sub/tool"), "x");
  await chmod(join(dir, "sub/tool"), 0o4755);
  await chmod(join(dir, "sub"), 0o2755);
  await symlink("/etc/passwd", join(dir, "link"));
  execFileSync("mkfifo", [join(dir, "sub/pipe")]);
  expect(await sanitizeTree(dir)).toEqual([join(dir, "sub/pipe")]);
  expect((await stat(join(dir, "sub/tool"))).mode & 0o7777).toBe(0o755);
  expect((await stat(join(dir, "sub"))).mode & 0o7777).toBe(0o755);
  expect(await readdir(dir)).toEqual(["link", "sub"]);
});
