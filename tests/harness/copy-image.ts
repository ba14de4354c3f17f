import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Copies the image whose disk is `imagePath`, and what names it, from one data directory into another. */
export async function copyImage(imagePath: string, from: string, to: string): Promise<void> {
  const id = basename(dirname(imagePath));
  const target = join(to, "images", id);
  if (!existsSync(target)) {
    await copyTree(dirname(imagePath), `${target}.copy`);
    await rename(`${target}.copy`, target);
  }
  for (const directory of ["image-names", "image-recipes"]) {
    for (const name of await readdir(join(from, directory))) {
      const path = join(directory, name);
      if ((await readFile(join(from, path), "utf8")).includes(id))
        await copyTree(join(from, path), join(to, path));
    }
  }
}

/** Links stay links and holes stay holes. What is there already is replaced. */
export async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const options = ["--archive", "--no-target-directory", "--no-preserve=ownership", "--sparse=always"];
  await run("cp", [...options, from, to]);
}
