import { readdir, readFile, realpath, rm, stat } from "node:fs/promises";
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { findProgram, requireProgram } from "../process/find-program.ts";
import { runCommand } from "../process/run-command.ts";

const SKIPPED = /^(?:\..*|build|out|node_modules|__pycache__|tests?)$|\.(?:o|a|d|md)$/;
const MAX_SOURCES = 1000;
const LIBRARY_DIR = "/usr/lib/x86_64-linux-gnu";

/** Sources with a Makefile that builds them into the directory `OUT`. */
export interface NativeSources {
  /** All that the build reads, and where in it the Makefile is. */
  readonly directory: string;
  readonly makefileIn: string;
  readonly compiler: "cc" | "c++";
  /** Static libraries that become part of it. */
  readonly libraries: readonly string[];
  /** The file without which the build has failed. */
  readonly product: string;
  /** For the error: what is missing, and how to get it. */
  readonly requirement: string;
  readonly mend: string;
}

/**
 * Builds in an empty directory, and gives the names of what was built; hidden files are intermediate, and go.
 * Throws `requirement_missing` when make or the compiler is not there, or does not build it.
 */
export async function buildNative(
  sources: NativeSources,
  directory: string,
  { signal }: CallOptions,
): Promise<string[]> {
  const { compiler, product, requirement, mend } = sources;
  const make = await requireProgram("make", "make");
  await requireProgram(compiler, "g++");
  const makefile = join(sources.directory, sources.makefileIn);
  const jobs = `-j${availableParallelism()}`;
  const args = ["-C", makefile, jobs, "--no-print-directory", `OUT=${directory}`];
  const result = await runCommand(make, args, { signal });
  const files = await keepProducts(directory);
  if (result.ok && files.includes(product)) return files;
  const why = `make ended with ${result.ended}: ${result.tail.slice(-8).join("; ")}`;
  throw new ForkdError("requirement_missing", { requirement, why, mend });
}

async function keepProducts(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).toSorted();
  const hidden = names.filter((name) => name.startsWith("."));
  for (const name of hidden) await rm(join(directory, name), { recursive: true });
  return names.filter((name) => !name.startsWith("."));
}

/** A digest of the sources' bytes, and of the compiler and the libraries by path, size and time. */
export async function digestNative({ directory, compiler, libraries }: NativeSources): Promise<string> {
  const hash = createHash("sha256");
  const sources = await listSources(directory);
  const contents = await Promise.all(sources.map((path) => readFile(join(directory, path))));
  for (const [index, content] of contents.entries()) {
    hash.update(`${sources[index]}\0${content.length}\0`).update(content);
  }
  for (const tool of await listTools(compiler, libraries)) {
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

async function listTools(compiler: string, libraries: readonly string[]): Promise<string[]> {
  const paths = libraries.map((name) => join(LIBRARY_DIR, name));
  const program = await findProgram(compiler);
  const candidates = program === undefined ? paths : [program, ...paths];
  const tools = await Promise.all(candidates.map((path) => realpath(path).catch(() => undefined)));
  return tools.filter((path) => path !== undefined);
}
