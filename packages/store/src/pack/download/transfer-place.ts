import { createHash } from "node:crypto";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Semaphore } from "@forkd/core";
import { isMissing } from "../../files/errno.ts";
import { listDirectory } from "../../files/list-directory.ts";

/** What nobody came back for in this time is removed. */
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Where downloads and uploads keep how far they came, so that the next attempt goes on there: `transfers/` below the
 * data root. One pull or push uses it at a time, so that no two write to one file.
 */
export class TransferPlace {
  readonly directory: string;
  readonly turn = new Semaphore(1);

  constructor(root: string) {
    this.directory = join(root, "transfers");
  }

  /** Makes the directory, and removes what is old. */
  async prepare(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    for (const name of await listDirectory(this.directory)) {
      const path = join(this.directory, name);
      if (Date.now() - (await modifiedAt(path)) > KEEP_MS) await rm(path, { recursive: true, force: true });
    }
  }

  /** The file for something, by a key that may be anything. */
  pathOf(kind: "download" | "upload", ...key: readonly string[]): string {
    const name = createHash("sha256").update(key.join("\n")).digest("hex");
    return join(this.directory, `${kind}-${name}`);
  }
}

async function modifiedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return Date.now();
    throw error;
  }
}
