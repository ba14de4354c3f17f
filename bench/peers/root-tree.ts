import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { execFile } from "node:child_process";

const run = promisify(execFile);

/** Unpacks an ext4 image into a directory, once, without mounting it: the peers run from the same root. */
export async function unpackImage(imagePath: string, imageId: string, cacheDir: string): Promise<string> {
  const root = join(cacheDir, "bench-roots", imageId);
  if (existsSync(root)) return root;
  const temporary = `${root}.new`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  await run("debugfs", ["-R", `rdump / ${temporary}`, imagePath], { maxBuffer: 64 * 1024 * 1024 });
  await rename(temporary, root);
  return root;
}
