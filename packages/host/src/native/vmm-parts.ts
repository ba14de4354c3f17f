import { chmod } from "node:fs/promises";
import { join } from "node:path";
import type { ProgressOptions } from "@forkd/core";
import { z } from "zod";
import { ensureCacheEntry } from "../files/cache-entry.ts";
import { buildNative, digestNative } from "./native-build.ts";
import type { NativeSources } from "./native-build.ts";

/** The VMM, which has another user, loads libraries from there. */
const READABLE_BY_ALL = 0o755;

const PARTS = {
  launcher: { title: "the launcher of machines", product: "forkd-launcher", libraries: ["libc.a"] },
  zygote: { title: "the zygote library", product: "forkd-zygote.so", libraries: [] },
};

/** The program that starts a VMM confined, and the library that the VMM has loaded. */
export interface LauncherFiles {
  readonly program: string;
  readonly library: string;
}

/** The launcher, built of the sources in `directory`. Throws `requirement_missing`. */
export async function ensureLauncher(
  cacheDir: string,
  directory: string,
  options: ProgressOptions,
): Promise<LauncherFiles> {
  const built = await ensurePart("launcher", { cacheDir, directory }, options);
  return { program: join(built, PARTS.launcher.product), library: join(built, "forkd-launched.so") };
}

/** The path of the library that lets QEMU copy itself, built as the launcher is. Throws `requirement_missing`. */
export async function ensureZygoteLibrary(
  cacheDir: string,
  directory: string,
  options: ProgressOptions,
): Promise<string> {
  return join(await ensurePart("zygote", { cacheDir, directory }, options), PARTS.zygote.product);
}

/** Finds a part in the cache, or builds it. Gives the directory that it is in. */
async function ensurePart(
  part: keyof typeof PARTS,
  { cacheDir, directory }: { readonly cacheDir: string; readonly directory: string },
  { signal, onProgress }: ProgressOptions,
): Promise<string> {
  const { title, product, libraries } = PARTS[part];
  const sources: NativeSources = {
    directory,
    makefileIn: ".",
    compiler: "cc",
    libraries,
    product,
    requirement: `a C tool chain that builds ${title}`,
    mend: "install it: sudo apt-get install g++ make",
  };
  const path = join(cacheDir, part, await digestNative(sources));
  const entry = await ensureCacheEntry(path, z.object({}), async (draft) => {
    onProgress({ step: part, message: `building ${title}` });
    const files = await buildNative(sources, draft, { signal });
    await Promise.all(files.map((file) => chmod(join(draft, file), READABLE_BY_ALL)));
    return {};
  });
  return entry.directory;
}
