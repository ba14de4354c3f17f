import { mkdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { NEVER, Semaphore } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { unlessMissing, listDirectory, sha256Of } from "@forkd/posix";

/** What nobody came back for in this time is removed. */
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

interface FileLock {
  readonly turn: Semaphore;
  /** Who has it, and who waits for it. */
  users: number;
}

/**
 * Where downloads and uploads keep how far they came, so that the next attempt goes on there: `transfers/` below the
 * data root. Whoever works on a file holds its lock, so that no two write to it and none removes it meanwhile.
 */
export class TransferPlace {
  readonly directory: string;
  readonly #locks = new Map<string, FileLock>();

  constructor(root: string) {
    this.directory = join(root, "transfers");
  }

  /** Makes the directory, and removes what is old. */
  async prepare(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    for (const name of await this.listUnused())
      if (Date.now() - (await modifiedAt(join(this.directory, name))) > KEEP_MS) await this.remove(name);
  }

  /** The file for something, by a key that may be anything. */
  pathOf(kind: "download" | "upload", ...key: readonly string[]): string {
    const name = sha256Of(key.join("\n"));
    return join(this.directory, `${kind}-${name}`);
  }

  /** Waits until nobody else works on the file, or on those that are named after it. Throws `cancelled`. */
  async lock(path: string, options: CallOptions): Promise<Disposable> {
    const name = basename(path);
    const lock = this.#locks.get(name) ?? { turn: new Semaphore(1), users: 0 };
    this.#locks.set(name, lock);
    lock.users += 1;
    using undo = new DisposableStack();
    undo.defer(() => {
      lock.users -= 1;
      if (lock.users === 0) this.#locks.delete(name);
    });
    undo.use(await lock.turn.acquire("another transfer of the same", options));
    return undo.move();
  }

  /** The names of what lies here and nobody works on. */
  async listUnused(): Promise<string[]> {
    return (await listDirectory(this.directory)).filter((name) => !this.#isInUse(name));
  }

  /** Removes a file unless somebody works on it. */
  async remove(name: string): Promise<void> {
    if (this.#isInUse(name)) return;
    using _ = await this.lock(name, { signal: NEVER });
    await rm(join(this.directory, name), { recursive: true, force: true });
  }

  /** `download-x.etag`, and the temporary `.download-x.etag.0.tmp`, are in use as long as `download-x` is. */
  #isInUse(name: string): boolean {
    return this.#locks.keys().some((locked) => name.replace(/^\./, "").startsWith(locked));
  }
}

async function modifiedAt(path: string): Promise<number> {
  return (await unlessMissing(stat(path)))?.mtimeMs ?? Date.now();
}
