import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory of a test's own. Disposal removes it. */
export interface Scratch extends AsyncDisposable {
  readonly path: string;
}

export async function createScratch(): Promise<Scratch> {
  const path = await mkdtemp(join(tmpdir(), "forkd-store-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Every path below a directory, sorted. */
export async function listTree(path: string): Promise<string[]> {
  return (await readdir(path, { recursive: true })).toSorted();
}
