import { chmod } from "node:fs/promises";
import { join } from "node:path";
import type { ProgressOptions } from "@forkd/core";
import { z } from "zod";
import { ensureCacheEntry } from "../files/cache-entry.ts";
import { buildNative, digestNative } from "./native-build.ts";
import type { NativeSources } from "./native-build.ts";

const PROGRAM = "forkd-launcher";
const LIBRARY = "forkd-launched.so";
/** The VMM, which has another user, loads the library. */
const READABLE_BY_ALL = 0o755;

/** The program that starts a VMM confined, and the library that the VMM has loaded. */
export interface LauncherFiles {
  readonly program: string;
  readonly library: string;
}

/** Finds the launcher in the cache, or builds it of the sources in `directory`. Throws `requirement_missing`. */
export async function ensureLauncher(
  cacheDir: string,
  directory: string,
  { signal, onProgress }: ProgressOptions,
): Promise<LauncherFiles> {
  const sources: NativeSources = {
    directory,
    makefileIn: ".",
    compiler: "cc",
    libraries: ["libc.a"],
    product: PROGRAM,
    requirement: "a C tool chain that builds the launcher of machines",
    mend: "install it: sudo apt-get install g++ make",
  };
  const path = join(cacheDir, "launcher", await digestNative(sources));
  const { directory: built } = await ensureCacheEntry(path, z.object({}), async (draft) => {
    onProgress({ step: "launcher", message: "building the launcher of machines" });
    await buildNative(sources, draft, { signal });
    await chmod(join(draft, LIBRARY), READABLE_BY_ALL);
    return {};
  });
  return { program: join(built, PROGRAM), library: join(built, LIBRARY) };
}
