import { join } from "node:path";
import type { ProgressOptions } from "@forkd/core";
import { z } from "zod";
import { readIfPresent } from "@forkd/posix";
import type { CacheEntry } from "../files/cache-entry.ts";
import { ensureCacheEntry } from "../files/cache-entry.ts";
import { buildNative, digestNative } from "../native/native-build.ts";
import type { NativeSources } from "../native/native-build.ts";

/** The static binary that is PID 1; everything else that make puts out belongs to the warm interpreters. */
export const AGENT_FILE = "forkd-agent";

const agentSchema = z.object({ version: z.string(), files: z.array(z.string()) });

/** What make put out: `forkd-agent`, and the programs of the warm interpreters. */
export type AgentBuild = CacheEntry<z.infer<typeof agentSchema>>;

/**
 * Finds the agent of these sources and this compiler in the cache, or builds it.
 * Throws `requirement_missing` when make, the compiler or nghttp2 is not there, or does not build it.
 */
export async function ensureAgent(
  cacheDir: string,
  guestSourceDir: string,
  { signal, onProgress }: ProgressOptions,
): Promise<AgentBuild> {
  const sources: NativeSources = {
    directory: guestSourceDir,
    makefileIn: "agent",
    compiler: "c++",
    libraries: ["libnghttp2.a", "libstdc++.a", "libc.a"],
    product: AGENT_FILE,
    requirement: "a C++20 tool chain that builds the guest agent",
    mend: "install it: sudo apt-get install g++ make libnghttp2-dev",
  };
  const key = await digestNative(sources);
  return ensureCacheEntry(join(cacheDir, "agents", key), agentSchema, async (directory) => {
    onProgress({ step: "agent", message: "building the guest agent" });
    const files = await buildNative(sources, directory, { signal });
    return { version: (await readVersion(guestSourceDir)) ?? key.slice(0, 12), files };
  });
}

async function readVersion(guestSourceDir: string): Promise<string | undefined> {
  const makefile = (await readIfPresent(join(guestSourceDir, "agent/Makefile"))) ?? "";
  return /^VERSION\s*[?:]?=\s*(\S{1,64})$/m.exec(makefile)?.[1];
}
