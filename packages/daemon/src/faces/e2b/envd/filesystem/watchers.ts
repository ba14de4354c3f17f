import { randomBytes } from "node:crypto";
import { Code, ConnectError } from "@connectrpc/connect";
import type { SandboxId } from "@forkd/contract";
import { Watcher } from "./watcher.ts";

const MAX_PER_SANDBOX = 32;
/** Of one that nobody asks: its client has gone. */
const IDLE_MS = 3_600_000;
const ID_BYTES = 12;

interface Entry {
  readonly watcher: Watcher;
  readonly sandbox: SandboxId;
  readonly idle: NodeJS.Timeout;
}

/** The watchers of all sandboxes, by ids of our own. */
export class Watchers {
  readonly #entries = new Map<string, Entry>();
  readonly #isThere: (id: SandboxId) => boolean;

  /** `isThere` tells whether there still is a sandbox. */
  constructor(isThere: (id: SandboxId) => boolean) {
    this.#isThere = isThere;
  }

  /** Throws `resource_exhausted` when the sandbox has as many as it may. */
  add(sandbox: SandboxId): { readonly id: string; readonly watcher: Watcher } {
    this.#dropLost();
    const count = [...this.#entries.values()].filter((entry) => entry.sandbox === sandbox).length;
    if (count >= MAX_PER_SANDBOX) {
      const message = `${sandbox} has ${count} watchers already, and that is the limit; remove some`;
      throw new ConnectError(message, Code.ResourceExhausted);
    }
    const id = randomBytes(ID_BYTES).toString("hex");
    const idle = setTimeout(() => this.remove(sandbox, id), IDLE_MS).unref();
    const watcher = new Watcher();
    this.#entries.set(id, { watcher, sandbox, idle });
    return { id, watcher };
  }

  /** Throws `not_found`, also of one of another sandbox. */
  get(sandbox: SandboxId, id: string): Watcher {
    const entry = this.#entries.get(id);
    if (entry?.sandbox !== sandbox) throw new ConnectError(`${sandbox} has no watcher ${id}`, Code.NotFound);
    entry.idle.refresh();
    return entry.watcher;
  }

  /** Throws `not_found`. */
  remove(sandbox: SandboxId, id: string): void {
    using _ = this.get(sandbox, id);
    clearTimeout(this.#entries.get(id)?.idle);
    this.#entries.delete(id);
  }

  #dropLost(): void {
    for (const [id, { sandbox }] of this.#entries) if (!this.#isThere(sandbox)) this.remove(sandbox, id);
  }
}
