import { setTimeout as delay } from "node:timers/promises";
import type { SandboxId } from "@forkd/contract";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { Sandbox } from "./sandbox.ts";
import type { SuspendedSandbox } from "./suspended-sandbox.ts";
import type { UnadoptedMachine } from "./unadopted-machine.ts";

const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;

type Adopted = Sandbox | SuspendedSandbox;

/** Told of what becomes of the machines. */
export interface AdoptionEvents {
  readonly onAdopted: (sandbox: Adopted) => void;
  /** It was gone, or is ended. */
  readonly onGone: (record: Partial<SandboxRecord>) => void;
  /** The first attempt failed. */
  readonly onRefused: (id: SandboxId, why: string) => void;
}

interface Entry {
  readonly machine: UnadoptedMachine;
  abort: AbortController;
  attempt: Promise<Adopted | undefined> | undefined;
  failures: number;
}

/**
 * The machines of an earlier daemon that are not ours yet. All are tried at once, side by side; those that refuse are
 * tried again, ever less often.
 */
export class Adoptions {
  readonly #entries = new Map<SandboxId, Entry>();
  readonly #events: AdoptionEvents;

  constructor(events: AdoptionEvents) {
    this.#events = events;
  }

  begin(machine: UnadoptedMachine): void {
    const abort = new AbortController();
    this.#entries.set(machine.id, { machine, abort, attempt: undefined, failures: 0 });
    void this.adopt(machine.id).catch(() => {});
  }

  get(id: SandboxId): UnadoptedMachine | undefined {
    return this.#entries.get(id)?.machine;
  }

  list(): UnadoptedMachine[] {
    return Array.from(this.#entries.values(), ({ machine }) => machine);
  }

  /** Tries now; callers share an attempt. Gives undefined for one that is gone. Throws `sandbox_unmanaged`. */
  async adopt(id: SandboxId): Promise<Adopted | undefined> {
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    entry.attempt ??= this.#try(entry).finally(() => (entry.attempt = undefined));
    return entry.attempt;
  }

  /** Ends one and forgets it, unless it is adopted at this moment, or gone. */
  async remove(id: SandboxId): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    await cancel(entry);
    if (this.#entries.get(id) !== entry) return;
    await entry.machine[Symbol.asyncDispose]();
    this.#forget(entry);
  }

  /** Leaves all as they are. */
  async releaseAll(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(cancel));
  }

  async #try(entry: Entry): Promise<Adopted | undefined> {
    entry.abort.abort();
    entry.abort = new AbortController();
    const { signal } = entry.abort;
    try {
      const sandbox = await entry.machine.adopt({ signal });
      if (sandbox && this.#entries.delete(entry.machine.id)) this.#events.onAdopted(sandbox);
      if (!sandbox) this.#forget(entry);
      return sandbox;
    } catch (error) {
      const { id, why } = entry.machine;
      if (entry.failures === 0 && !signal.aborted) this.#events.onRefused(id, why ?? "");
      void this.#tryLater(entry, signal);
      throw error;
    }
  }

  /** Until it is tried by request, or let go of. */
  async #tryLater(entry: Entry, signal: AbortSignal): Promise<void> {
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** entry.failures, MAX_RETRY_MS);
    entry.failures += 1;
    try {
      await delay(waitMs, undefined, { signal, ref: false });
      await this.adopt(entry.machine.id);
    } catch {
      // It was called off, or has failed again and waits for the next time.
    }
  }

  #forget({ machine }: Entry): void {
    if (this.#entries.delete(machine.id)) this.#events.onGone(machine.record);
  }
}

async function cancel({ abort, attempt }: Entry): Promise<void> {
  abort.abort();
  await attempt?.catch(() => {});
}
