import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import type { ProgressOptions } from "@forkd/core";
import { z } from "zod";
import { sha256Of } from "@forkd/posix";
import { DEFAULT_MIRROR } from "../debian/archive.ts";
import type { PrivateApt } from "../debian/private-apt.ts";
import { createPrivateApt } from "../debian/private-apt.ts";
import type { CacheEntry } from "../files/cache-entry.ts";
import { ensureCacheEntry } from "../files/cache-entry.ts";
import { requireProgram } from "../process/find-program.ts";
import { runCommand } from "../process/run-command.ts";
import {
  GUEST_MODULES,
  orderModules,
  readBuiltin,
  readDependencies,
  readModule,
  toModuleName,
} from "./kernel-modules.ts";
import { digestFile } from "../files/digest-file.ts";

const SUITE = "bookworm";
const PACKAGE = "linux-image-cloud-amd64";
const KERNEL_PACKAGE = /\b(linux-image-[0-9][a-z0-9.+-]*-cloud-amd64)\b/;

const guestKernelSchema = z.object({
  version: z.string(),
  sha256: z.string(),
  /** Names of files in `modules/`, each after those that it depends on. */
  modules: z.array(z.string()),
});

/** A kernel as Debian built it: `vmlinuz`, and `modules/` with those that a guest needs. */
export type GuestKernel = CacheEntry<z.infer<typeof guestKernelSchema>>;

/** Finds the guest kernel in the cache, or fetches it. Throws `kernel_unavailable`, `requirement_missing`. */
export async function ensureGuestKernel(
  cacheDir: string,
  mirror: string | undefined,
  options: ProgressOptions,
): Promise<GuestKernel> {
  const key = sha256Of(JSON.stringify([1, SUITE, PACKAGE, mirror ?? DEFAULT_MIRROR, GUEST_MODULES])).slice(
    0,
    16,
  );
  return ensureCacheEntry(join(cacheDir, "kernels", key), guestKernelSchema, async (directory) => {
    const scratch = await mkdtemp(join(directory, "scratch-"));
    const { file, version } = await download(scratch, mirror, options);
    options.onProgress({ step: "kernel", message: `unpacking the guest kernel ${version}` });
    const modules = await unpack(file, scratch, directory, options);
    await rm(scratch, { recursive: true });
    return { version, sha256: await digestFile(join(directory, "vmlinuz"), options), modules };
  });
}

async function download(
  scratch: string,
  mirror: string | undefined,
  { signal, onProgress }: ProgressOptions,
): Promise<{ file: string; version: string }> {
  onProgress({ step: "kernel", message: `looking for the kernel of ${SUITE}` });
  const apt = await createPrivateApt({ directory: scratch, suite: SUITE, mirror, signal });
  const update = await apt.update();
  if (!update.ok) throw kernelUnavailable(`the package index could not be read: ${update.tail.join("; ")}`);
  const { name, version } = await resolveKernel(apt);
  onProgress({ step: "kernel", message: `downloading ${name} ${version}` });
  const result = await apt.download(name);
  if (!result.ok || result.path === undefined) throw kernelUnavailable(result.tail.join("; "));
  return { file: result.path, version };
}

/** The metapackage's only dependency is the newest kernel, and their versions are the same. */
async function resolveKernel(apt: PrivateApt): Promise<{ name: string; version: string }> {
  const record = await apt.show(PACKAGE);
  const name = KERNEL_PACKAGE.exec(/^Depends: (.*)$/m.exec(record)?.[1] ?? "")?.[1];
  const version = /^Version: (\S{1,64})$/m.exec(record)?.[1];
  if (name === undefined || version === undefined) throw kernelUnavailable(`${SUITE} has no such package`);
  return { name, version };
}

async function unpack(
  file: string,
  scratch: string,
  directory: string,
  options: ProgressOptions,
): Promise<string[]> {
  const dpkg = await requireProgram("dpkg-deb", "dpkg");
  const tree = join(scratch, "tree");
  const result = await runCommand(dpkg, ["-x", file, tree], options);
  if (!result.ok) throw kernelUnavailable(`${file} could not be unpacked: ${result.tail.join("; ")}`);
  const kernel = (await readdir(join(tree, "boot"))).find((name) => name.startsWith("vmlinuz-"));
  if (kernel === undefined) throw kernelUnavailable("its package has no vmlinuz");
  await copyFile(join(tree, "boot", kernel), join(directory, "vmlinuz"));
  const library = join(tree, "lib/modules", kernel.slice("vmlinuz-".length));
  return copyModules(library, join(directory, "modules"), options);
}

async function copyModules(library: string, target: string, options: ProgressOptions): Promise<string[]> {
  await mkdir(target);
  const builtin = await readBuiltin(library);
  const files = await readdir(library, { recursive: true });
  const paths = new Map(
    files.filter((path) => path.includes(".ko")).map((path) => [toModuleName(path), path]),
  );
  const ordered = await orderModules(GUEST_MODULES, async (name) => {
    if (builtin.has(name)) return undefined;
    const path = paths.get(name);
    if (path === undefined) throw kernelUnavailable(`it has no module ${name}`);
    const module = await readModule(join(library, path), options);
    await writeFile(join(target, `${name}.ko`), module);
    return readDependencies(module);
  });
  return ordered.map((name) => `${name}.ko`);
}

function kernelUnavailable(why: string): ForkdError {
  return new ForkdError("kernel_unavailable", { kernel: `${PACKAGE} (${SUITE})`, why });
}
