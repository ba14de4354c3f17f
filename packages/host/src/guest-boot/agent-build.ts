import { readdir, readFile, realpath, rm, stat } from "node:fs/promises";
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import type { ProgressOptions } from "@forkd/core";
import { z } from "zod";
import type { CacheEntry } from "../files/cache-entry.ts";
import { ensureCacheEntry } from "../files/cache-entry.ts";
import { readIfPresent } from "../files/file-access.ts";
import { findProgram, requireProgram } from "../process/find-program.ts";
import { runCommand } from "../process/run-command.ts";

/** The static binary that is PID 1; everything else that make puts out belongs to the warm interpreters. */
export const AGENT_FILE = "forkd-agent";
const LIBRARIES = ["libnghttp2.a", "libstdc++.a", "libc.a"];
const SKIPPED = /^(?:\..*|build|out|node_modules|__pycache__|tests?)$|\.(?:o|a|d|md)$/;
const MAX_SOURCES = 1000;

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
  const key = await digestInputs(guestSourceDir);
  return ensureCacheEntry(join(cacheDir, "agents", key), agentSchema, async (directory) => {
    onProgress({ step: "agent", message: "building the guest agent" });
    const make = await requireProgram("make", "make");
    await requireProgram("c++", "g++");
    const jobs = `-j${availableParallelism()}`;
    const args = ["-C", join(guestSourceDir, "agent"), jobs, "--no-print-directory", `OUT=${directory}`];
    const result = await runCommand(make, args, { signal });
    const files = await keepProducts(directory);
    if (!result.ok || !files.includes(AGENT_FILE)) {
      throw new ForkdError("requirement_missing", {
        requirement: "a C++20 tool chain that builds the guest agent",
        why: `make ended with ${result.ended}: ${result.tail.slice(-8).join("; ")}`,
        mend: "install it: sudo apt-get install g++ make libnghttp2-dev",
      });
    }
    return { version: (await readVersion(guestSourceDir)) ?? key.slice(0, 12), files };
  });
}

/** What make put out, in order. Its intermediate files are hidden, and go. */
async function keepProducts(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).toSorted();
  const hidden = names.filter((name) => name.startsWith("."));
  for (const name of hidden) await rm(join(directory, name), { recursive: true });
  return names.filter((name) => !name.startsWith("."));
}

async function readVersion(guestSourceDir: string): Promise<string | undefined> {
  const makefile = (await readIfPresent(join(guestSourceDir, "agent/Makefile"))) ?? "";
  return /^VERSION\s*[?:]?=\s*(\S{1,64})$/m.exec(makefile)?.[1];
}

/** A digest of the sources' bytes, and of the compiler and the libraries by path, size and time. */
async function digestInputs(guestSourceDir: string): Promise<string> {
  const hash = createHash("sha256");
  const sources = await listSources(guestSourceDir);
  const contents = await Promise.all(sources.map((path) => readFile(join(guestSourceDir, path))));
  for (const [index, content] of contents.entries()) {
    hash.update(`${sources[index]}\0${content.length}\0`).update(content);
  }
  for (const tool of await listTools()) {
    const { size, mtimeMs } = await stat(tool);
    hash.update(`${tool}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest("hex").slice(0, 32);
}

async function listSources(directory: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(join(directory, folder), { withFileTypes: true });
    for (const entry of entries) {
      if (SKIPPED.test(entry.name)) continue;
      if (entry.isDirectory()) await visit(join(folder, entry.name));
      if (entry.isFile()) found.push(join(folder, entry.name));
    }
  };
  await visit("");
  if (found.length > MAX_SOURCES)
    throw new Error(`${directory} has ${found.length} files, more than ${MAX_SOURCES}`);
  return found.toSorted();
}

async function listTools(): Promise<string[]> {
  const compiler = await findProgram("c++");
  const libraries = LIBRARIES.map((name) => join("/usr/lib/x86_64-linux-gnu", name));
  const candidates = compiler === undefined ? libraries : [compiler, ...libraries];
  const tools = await Promise.all(candidates.map((path) => realpath(path).catch(() => undefined)));
  return tools.filter((path) => path !== undefined);
}
