import { copyFile, lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { constants } from "node:fs";
import { join } from "node:path";

const PACKAGE_FILE = /^[a-z0-9][a-z0-9+.-]*_[A-Za-z0-9.+~%-]+_(?:all|amd64|arm64)\.deb$/;
const MAX_BYTES = 1024 ** 3;

/**
 * Adds the packages of a build to those that later builds need not download. apt compares the size of each with the
 * signed index, and dpkg its checksums. The least recently added go when there is more than 1 GiB.
 */
export async function keepPackages(used: string, known: string): Promise<void> {
  const present = new Set(await readdir(known));
  for (const name of await readdir(used)) {
    if (!PACKAGE_FILE.test(name) || present.has(name)) continue;
    if (!(await lstat(join(used, name))).isFile()) continue;
    const temporary = join(known, `.${process.pid}-${name}`);
    await copyFile(join(used, name), temporary, constants.COPYFILE_FICLONE);
    await rename(temporary, join(known, name));
  }
  await evict(known);
}

/** Makes the directory that holds packages, if it is not there. */
export async function ensureDebCache(cacheDir: string): Promise<string> {
  const path = join(cacheDir, "debs");
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}

async function evict(known: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(known)).map(async (name) => {
      const entry = await lstat(join(known, name)).catch(() => undefined);
      return { path: join(known, name), size: entry?.size ?? 0, addedAt: entry?.mtimeMs ?? 0 };
    }),
  );
  let total = 0;
  for (const file of files.toSorted((a, b) => b.addedAt - a.addedAt)) {
    total += file.size;
    if (total > MAX_BYTES) await rm(file.path, { force: true });
  }
}
