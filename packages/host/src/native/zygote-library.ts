import { chmod } from "node:fs/promises";
import { join } from "node:path";
import type { ProgressOptions } from "@forkd/core";
import { z } from "zod";
import { ensureCacheEntry } from "../files/cache-entry.ts";
import { buildNative, digestNative } from "./native-build.ts";
import type { NativeSources } from "./native-build.ts";

const PRODUCT = "forkd-zygote.so";
/** The VMM, which has another user, loads it. */
const READABLE_BY_ALL = 0o755;

/**
 * Finds the library that lets QEMU copy itself in the cache, or builds it of the sources in `directory`. Gives its
 * path. Throws `requirement_missing`.
 */
export async function ensureZygoteLibrary(
  cacheDir: string,
  directory: string,
  { signal, onProgress }: ProgressOptions,
): Promise<string> {
  const sources: NativeSources = {
    directory,
    makefileIn: ".",
    compiler: "cc",
    libraries: [],
    product: PRODUCT,
    requirement: "a C tool chain that builds the zygote library",
    mend: "install it: sudo apt-get install g++ make",
  };
  const path = join(cacheDir, "zygote", await digestNative(sources));
  const { directory: built } = await ensureCacheEntry(path, z.object({}), async (draft) => {
    onProgress({ step: "zygote", message: "building the zygote library" });
    await buildNative(sources, draft, { signal });
    await chmod(join(draft, PRODUCT), READABLE_BY_ALL);
    return {};
  });
  return join(built, PRODUCT);
}
