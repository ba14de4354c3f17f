import { execFile } from "node:child_process";
import { copyFile, lstat, mkdir, readlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findBootFiles } from "../harness/boot-files.ts";
import { copyImage, copyTree } from "../harness/copy-image.ts";
import { IMAGE } from "../harness/parent.ts";
import { BUILD, CHECKOUT } from "../harness/programs.ts";
import { TEST_CACHE_DIR, TEST_DATA_DIR } from "../harness/test-daemon.ts";

const run = promisify(execFile);

/** What the built programs look for is beside them. */
const PARTS = ["package.json", "guest", "packages", BUILD];
/** What native programs are known by, beside their sources: where these are the same, none is built again. */
const TOOLS = [
  "/usr/bin/cc",
  "/usr/bin/c++",
  "/usr/lib/x86_64-linux-gnu/libnghttp2.a",
  "/usr/lib/x86_64-linux-gnu/libc.a",
];
/** Of the cache: what would have to be built or fetched there. */
const CACHES = ["guest-boot", "launcher", "zygote"];
const DISK_MIB = 8192;

/**
 * Makes the disk that the emulated host finds at `/srv`: this checkout with Node and what the daemon needs, and what
 * is costly to make, the image and the guest's kernel and agent. Nothing is fetched or built there.
 */
export async function makeHostDisk(directory: string): Promise<string> {
  const [root, disk] = [join(directory, "root"), join(directory, "disk")];
  await copyCheckout(join(root, "forkd"));
  await copyCaches(join(root, "cache"));
  await writeFile(join(root, "cache-path"), TEST_CACHE_DIR);
  for (const path of TOOLS) await copyWithLinks(path, join(root, "tools"));
  await copyFile(fileURLToPath(new URL("host-init.sh", import.meta.url)), join(root, "init"));
  await run("truncate", ["--size", `${DISK_MIB}M`, disk]);
  const env = { PATH: "/usr/sbin:/sbin:/usr/bin:/bin" };
  await run("mkfs.ext4", ["-q", "-F", "-E", "lazy_itable_init=1", "-d", root, disk], { env });
  return disk;
}

async function copyCheckout(to: string): Promise<void> {
  for (const part of PARTS) await copyTree(join(CHECKOUT, part), join(to, part));
  await mkdir(join(to, "node_modules/.bin"), { recursive: true });
  await copyFile(process.execPath, join(to, "node_modules/.bin/node"));
}

async function copyCaches(to: string): Promise<void> {
  const { image } = await findBootFiles(IMAGE);
  for (const name of CACHES) await copyTree(join(TEST_CACHE_DIR, name), join(to, name));
  await copyImage(image.path, TEST_DATA_DIR, join(to, basename(TEST_DATA_DIR)));
}

/** Copies a file to the same place under `root`, and all links on the way to it. */
async function copyWithLinks(path: string, root: string): Promise<void> {
  await copyTree(path, join(root, path));
  if ((await lstat(path)).isSymbolicLink()) {
    await copyWithLinks(resolve(dirname(path), await readlink(path)), root);
  }
}
