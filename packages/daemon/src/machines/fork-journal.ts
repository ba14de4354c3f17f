import { rmSync, writeFileSync } from "node:fs";
import { mkdir, readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { SANDBOX_ID_PATTERN } from "@forkd/contract";
import type { JournaledFork } from "@forkd/core";

/** What an earlier daemon was killed over. */
export interface UnansweredForks {
  /** Their children, started or not. */
  readonly children: ReadonlySet<string>;
  /** Forgets them, once they are undone. */
  forget(): Promise<void>;
}

/**
 * The forks that are under way, a file each with the ids of the children, a line each. A line that is damaged names no
 * child, so that its child lives on. Not fsynced: a power failure leaves no machine.
 */
export class ForkJournal {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** For one fork. Written in one go, as `replaceFile` does; disposed so that nothing comes between it and the answer. */
  open(): JournaledFork {
    const path = join(this.#root, crypto.randomUUID());
    return {
      note: async (ids) =>
        writeFileSync(path, ids.map((id) => `${id}\n`).join(""), { flag: "wx", mode: 0o600 }),
      [Symbol.dispose]: () => rmSync(path, { force: true }),
    };
  }

  /** Those that an earlier daemon left. Makes their directory. */
  async listUnanswered(): Promise<UnansweredForks> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    const paths = (await readdir(this.#root)).map((name) => join(this.#root, name));
    // One that cannot be read names no child either.
    const texts = await Promise.all(paths.map((path) => readFile(path, "latin1").catch(() => "")));
    const lines = texts.flatMap((text) => text.split("\n"));
    return {
      children: new Set(lines.filter((line) => SANDBOX_ID_PATTERN.test(line))),
      forget: async () => void (await Promise.all(paths.map((path) => rm(path, { force: true })))),
    };
  }
}
