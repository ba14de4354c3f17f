import { mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { moveInto } from "./move-into.ts";

async function makeTrees(): Promise<{ dir: string; staged: string; target: string }> {
  const dir = await mkdtemp(join(tmpdir(), "forkd-move-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const [staged, target] = [join(dir, "staged"), join(dir, "target")];
  await mkdir(join(staged, "sub"), { recursive: true });
  await mkdir(target);
  await writeFile(join(staged, "sub/file"), "new");
  return { dir, staged, target };
}

test("directories are merged, and files replaced", async () => {
  const { staged, target } = await makeTrees();
  await mkdir(join(target, "sub"));
  await writeFile(join(target, "sub/file"), "old");
  await writeFile(join(target, "sub/other"), "stays");
  await moveInto(staged, target);
  expect(await readFile(join(target, "sub/file"), "utf8")).toBe("new");
  expect(await readFile(join(target, "sub/other"), "utf8")).toBe("stays");
});

test("nothing is written through a link that is there", async () => {
  const { dir, staged, target } = await makeTrees();
  await mkdir(join(dir, "outside"));
  await symlink("../outside", join(target, "sub"));
  await expect(moveInto(staged, target)).rejects.toMatchObject({ code: "exists" });
  expect(await readlink(join(target, "sub"))).toBe("../outside");
  await expect(readFile(join(dir, "outside/file"))).rejects.toThrow("ENOENT");
});
