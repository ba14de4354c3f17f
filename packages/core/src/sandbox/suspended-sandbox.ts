import type { SandboxInfo } from "@forkd/contract";
import { describeSandbox } from "../model/sandbox-view.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { MachineDirectory } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";
import type { KeptRecord } from "./kept-record.ts";
import type { Sandbox } from "./sandbox.ts";

/** What a machine that has no process is made of again. */
export interface SuspendedParts {
  readonly record: KeptRecord;
  readonly directory: MachineDirectory;
}

/** A machine that is on disk alone, until it is revived. Disposal removes it with all that is its own. */
export class SuspendedSandbox implements AsyncDisposable {
  readonly isDead = false;
  readonly #parts: SuspendedParts;
  readonly #ending = new AbortController();
  #revival: Promise<Sandbox> | undefined;

  constructor(parts: SuspendedParts) {
    this.#parts = parts;
  }

  get record(): SandboxRecord {
    return this.#parts.record.current;
  }

  get directory(): string {
    return this.#parts.directory.path;
  }

  /** Changes what is known of it. Throws `disk_full`. */
  async update(changes: Parameters<KeptRecord["change"]>[0]): Promise<void> {
    await this.#parts.record.change(changes);
  }

  /** Has a machine made of it, by one at a time; its disposal calls that off. A failure leaves it as it is. */
  async revive(
    start: (parts: SuspendedParts, options: CallOptions) => Promise<Sandbox>,
    { signal }: CallOptions,
  ): Promise<Sandbox> {
    this.#revival = start(this.#parts, { signal: AbortSignal.any([signal, this.#ending.signal]) });
    return this.#revival;
  }

  describe(): SandboxInfo {
    return describeSandbox({ ...this.record, pid: null }, { status: "suspended" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    const sandbox = await this.#revival?.catch(() => undefined);
    await (sandbox ?? this.#parts.directory)[Symbol.asyncDispose]();
  }
}
