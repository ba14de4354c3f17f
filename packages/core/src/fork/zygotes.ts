import { setTimeout as delay } from "node:timers/promises";
import type { SnapshotId } from "@forkd/contract";
import { orCancelled, withTimeout } from "../concurrency/abort.ts";
import type { Zygote } from "../ports/engine.ts";
import type { CallOptions } from "../ports/options.ts";
import type { MachineSource } from "./machine-source.ts";
import { raiseZygote } from "./raise-zygote.ts";
import type { ZygotePorts } from "./raise-zygote.ts";

const RAISE_TIMEOUT_MS = 30_000;
/** How long a failed fork waits to learn whether its zygote died of the same cause. */
const DEATH_NOTICE_MS = 250;

export interface ZygotesOptions {
  /** How many are kept; 0: none, every child is restored. */
  readonly limit: number;
  /** How long one is kept that nobody forks from. */
  readonly idleMs: number;
  /** Told why one could not be made; its snapshot's children are restored then. */
  readonly onError: (error: unknown, snapshotId: SnapshotId) => void;
}

/** From how many children on it is faster to make a zygote first: it takes about as long as restoring so many. */
const WORTH_A_ZYGOTE = 8;

export interface UseOptions extends CallOptions {
  /** How many children are made of the source in all. */
  readonly children: number;
}

/** What children are copied from. */
export interface ZygoteSource {
  /** Calls `work` with the zygote of a source, or with undefined when the child is to be restored. */
  use<Value>(
    source: MachineSource,
    work: (zygote: Zygote | undefined) => Promise<Value>,
    options: UseOptions,
  ): Promise<Value>;
  /** Has the zygote of a source made, for the forks to come. Nobody waits for it. */
  prepare(source: MachineSource): void;
}

/** Zygotes of a source that is forked from once: none is made that is not worth while. */
export function forOneFork(zygotes: ZygoteSource): ZygoteSource {
  return { use: (source, work, options) => zygotes.use(source, work, options), prepare: () => {} };
}

interface Entry {
  readonly snapshotId: SnapshotId;
  readonly zygote: Promise<Zygote | undefined>;
  readonly giveUp: AbortController;
  isReady: boolean;
  users: number;
  usedAt: number;
  idle: NodeJS.Timeout | undefined;
}

/**
 * The zygotes of the snapshots that were forked from lately: made by the first fork, kept for the next ones. They are
 * a cache, and any may go at any time.
 */
export class Zygotes implements ZygoteSource, AsyncDisposable {
  readonly #ports: ZygotePorts;
  readonly #options: ZygotesOptions;
  #keepsNone: boolean;
  /** By the memory that it maps: a snapshot's may lie in more than one place. */
  readonly #entries = new Map<string, Entry>();

  constructor(ports: ZygotePorts, options: ZygotesOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#keepsNone = options.limit === 0;
  }

  prepare(source: MachineSource): void {
    if (this.#keepsNone) return;
    this.#giveBack(source.snapshot.memoryPath, this.#take(source));
  }

  /** As {@link ZygoteSource.use}; the child is also restored when the zygote has just died. */
  async use<Value>(
    source: MachineSource,
    work: (zygote: Zygote | undefined) => Promise<Value>,
    { signal, children }: UseOptions,
  ): Promise<Value> {
    const isReady = this.#entries.get(source.snapshot.memoryPath)?.isReady === true;
    if (this.#keepsNone || (!isReady && children < WORTH_A_ZYGOTE)) return work(undefined);
    const entry = this.#take(source);
    try {
      const zygote = await orCancelled(entry.zygote, signal, "making a machine to copy");
      return await work(zygote).catch(async (error: unknown) => {
        if (!zygote || signal.aborted || !(await hasDied(zygote))) throw error;
        return work(undefined);
      });
    } finally {
      this.#giveBack(source.snapshot.memoryPath, entry);
    }
  }

  /** Ends those whose snapshot is not among `ids`, unless somebody just forks from one. */
  async retain(ids: ReadonlySet<SnapshotId>): Promise<void> {
    const gone = [...this.#entries].filter(
      ([, { users, snapshotId }]) => users === 0 && !ids.has(snapshotId),
    );
    await Promise.all(gone.map(([key, entry]) => this.#end(key, entry)));
  }

  /** Ends those of a snapshot. */
  async forget(snapshotId: SnapshotId): Promise<void> {
    const theirs = [...this.#entries].filter(([, entry]) => entry.snapshotId === snapshotId);
    await Promise.all(theirs.map(([key, entry]) => this.#end(key, entry)));
  }

  /** Afterwards none is made any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#keepsNone = true;
    await Promise.all(Array.from(this.#entries, ([key, entry]) => this.#end(key, entry)));
  }

  #take({ snapshot, imagePath }: MachineSource): Entry {
    const key = snapshot.memoryPath;
    const entry = this.#entries.get(key) ?? this.#raise(key, { snapshot, imagePath });
    entry.users += 1;
    clearTimeout(entry.idle);
    return entry;
  }

  #giveBack(key: string, entry: Entry): void {
    entry.users -= 1;
    entry.usedAt = performance.now();
    if (entry.users > 0 || this.#entries.get(key) !== entry) return;
    entry.idle = setTimeout(() => void this.#end(key, entry), this.#options.idleMs);
    entry.idle.unref();
    this.#makeRoom();
  }

  #raise(key: string, source: MachineSource): Entry {
    const snapshotId = source.snapshot.manifest.id;
    const giveUp = new AbortController();
    const options = { signal: withTimeout(giveUp.signal, RAISE_TIMEOUT_MS) };
    const zygote = raiseZygote(this.#ports, source, options).catch((error: unknown) => {
      if (!giveUp.signal.aborted) this.#options.onError(error, snapshotId);
      return undefined;
    });
    const usedAt = performance.now();
    const entry: Entry = { snapshotId, zygote, giveUp, isReady: false, users: 0, usedAt, idle: undefined };
    this.#entries.set(key, entry);
    void zygote.then(() => (entry.isReady = true));
    void zygote.then((raised) => raised?.exited.then(() => this.#end(key, entry)));
    return entry;
  }

  /** The least recently used go first, and none that is in use. */
  #makeRoom(): void {
    const spare = [...this.#entries].filter(([, { users }]) => users === 0);
    const excess = this.#entries.size - this.#options.limit;
    if (excess <= 0) return;
    for (const [key, entry] of spare.toSorted(([, a], [, b]) => a.usedAt - b.usedAt).slice(0, excess)) {
      void this.#end(key, entry);
    }
  }

  async #end(key: string, entry: Entry): Promise<void> {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    clearTimeout(entry.idle);
    entry.giveUp.abort();
    const zygote = await entry.zygote;
    await zygote?.[Symbol.asyncDispose]();
  }
}

function hasDied({ exited }: Zygote): Promise<boolean> {
  return Promise.race([exited.then(() => true), delay(DEATH_NOTICE_MS, false)]);
}
