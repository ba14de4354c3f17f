import { setTimeout as delay } from "node:timers/promises";
import { isForkdError } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import { orCancelled, withTimeout } from "../concurrency/abort.ts";
import { PROCESS_CLOCK } from "../concurrency/clock.ts";
import type { Clock } from "../concurrency/clock.ts";
import type { CopySpec, Machine, Zygote } from "../ports/engine.ts";
import { cardKindOf } from "./child-network.ts";
import type { MachineSource } from "./machine-source.ts";
import { startZygote } from "./start-zygote.ts";
import type { ZygotePorts } from "./start-zygote.ts";
import type { CopyOptions, ZygoteSource } from "./zygote-source.ts";

const START_TIMEOUT_MS = 30_000;
/** How long a failed copy waits to learn whether its zygote has just died: then the next fork makes another. */
const DEATH_NOTICE_MS = 250;
/** How long a snapshot has no zygote whose zygote could not be made, or not be copied. */
const RETRY_MS = 60_000;
/** How many copies of a zygote may be silent: a busy host makes one so, a broken zygote makes all so. */
const MOST_SILENT = 3;

export interface ZygotesOptions {
  /** How many are kept; 0: none, every child is restored. */
  readonly limit: number;
  /** How long one is kept that nobody forks from. */
  readonly idleMs: number;
  /** Told why one could not be made; its snapshot's children are restored then. */
  readonly onError: (error: unknown, snapshotId: SnapshotId) => void;
  /** Told of a copy that was ended because its agent did not answer, and how many that makes. */
  readonly onSilent: (error: unknown, snapshotId: SnapshotId, total: number) => void;
}

/** From how many children on it is faster to make a zygote first: it takes about as long as restoring so many. */
const WORTH_A_ZYGOTE = 8;

interface Entry {
  readonly key: string;
  readonly snapshotId: SnapshotId;
  readonly zygote: Promise<Zygote | undefined>;
  readonly giveUp: AbortController;
  isReady: boolean;
  users: number;
  silentCopies: number;
  usedAt: number;
  idle: Disposable | undefined;
}

/**
 * The zygotes of the snapshots that were forked from lately: made by the first fork, kept for the next ones. They are
 * a cache, and any may go at any time.
 */
export class Zygotes implements ZygoteSource, AsyncDisposable {
  readonly #ports: ZygotePorts;
  readonly #options: ZygotesOptions;
  readonly #clock: Clock;
  #keepsNone: boolean;
  /** By keyOf. */
  readonly #entries = new Map<string, Entry>();
  readonly #ending = new Set<Promise<void>>();
  /** Until when a source has none, by the same keys. */
  readonly #failedUntil = new Map<string, number>();
  #silentCopies = 0;

  constructor(ports: ZygotePorts, options: ZygotesOptions, clock = PROCESS_CLOCK) {
    this.#ports = ports;
    this.#options = options;
    this.#clock = clock;
    this.#keepsNone = options.limit === 0;
  }

  /** How many copies were ended because their agent did not answer. */
  get silentCopies(): number {
    return this.#silentCopies;
  }

  /** How many there are, those that are just being made among them. */
  get size(): number {
    return this.#entries.size;
  }

  reportSilent(source: MachineSource, error: unknown): void {
    this.#silentCopies += 1;
    this.#options.onSilent(error, source.snapshot.manifest.id, this.#silentCopies);
    const entry = this.#entries.get(keyOf(source));
    if (!entry) return;
    entry.silentCopies += 1;
    if (entry.silentCopies === MOST_SILENT) this.#fail(entry, error);
  }

  prepare(source: MachineSource): void {
    const entry = this.#take(source);
    if (entry) this.#giveBack(entry);
  }

  async copy(
    source: MachineSource,
    child: CopySpec,
    { signal, children }: CopyOptions,
  ): Promise<Machine | undefined> {
    const isReady = this.#entries.get(keyOf(source))?.isReady === true;
    const entry = isReady || children >= WORTH_A_ZYGOTE ? this.#take(source) : undefined;
    if (!entry) return undefined;
    try {
      const zygote = await orCancelled(entry.zygote, signal, "making a machine to copy");
      return await zygote?.fork(child, { signal });
    } catch (error) {
      if (!isForkdError(error) || error.code !== "vmm_failed") throw error;
      if (await hasDied(entry)) this.#end(entry);
      else this.#fail(entry, error);
      return undefined;
    } finally {
      this.#giveBack(entry);
    }
  }

  /** Ends those whose snapshot is not among `ids`. */
  async retain(ids: ReadonlySet<SnapshotId>): Promise<void> {
    for (const entry of this.#entries.values()) if (!ids.has(entry.snapshotId)) this.#end(entry);
    await Promise.all(this.#ending);
  }

  /** Ends those of a snapshot. */
  async forget(snapshotId: SnapshotId): Promise<void> {
    for (const entry of this.#entries.values()) if (entry.snapshotId === snapshotId) this.#end(entry);
    await Promise.all(this.#ending);
  }

  /** Afterwards none is made any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#keepsNone = true;
    for (const entry of this.#entries.values()) this.#end(entry);
    await Promise.all(this.#ending);
  }

  #take(source: MachineSource): Entry | undefined {
    const key = keyOf(source);
    if (this.#keepsNone || (this.#failedUntil.get(key) ?? 0) > this.#clock.now()) return undefined;
    const entry = this.#entries.get(key) ?? this.#start(key, source);
    entry.users += 1;
    entry.idle?.[Symbol.dispose]();
    return entry;
  }

  #giveBack(entry: Entry): void {
    entry.users -= 1;
    entry.usedAt = this.#clock.now();
    if (entry.users > 0 || this.#entries.get(entry.key) !== entry) return;
    entry.idle = this.#clock.schedule(this.#options.idleMs, () => this.#end(entry));
    this.#makeRoom();
  }

  #start(key: string, source: MachineSource): Entry {
    const giveUp = new AbortController();
    const options = { signal: withTimeout(giveUp.signal, START_TIMEOUT_MS) };
    const zygote = startZygote(this.#ports, source, options).catch((error: unknown) => {
      if (!giveUp.signal.aborted) this.#fail(entry, error);
      return undefined;
    });
    const entry: Entry = {
      key,
      snapshotId: source.snapshot.manifest.id,
      zygote,
      giveUp,
      isReady: false,
      users: 0,
      silentCopies: 0,
      usedAt: this.#clock.now(),
      idle: undefined,
    };
    this.#entries.set(key, entry);
    void zygote.then(() => (entry.isReady = true));
    void zygote.then((started) => started?.exited.then(() => this.#end(entry)));
    return entry;
  }

  /** The source's children are restored for a while. */
  #fail(entry: Entry, error: unknown): void {
    const now = this.#clock.now();
    for (const [key, until] of this.#failedUntil) if (until < now) this.#failedUntil.delete(key);
    this.#failedUntil.set(entry.key, now + RETRY_MS);
    this.#options.onError(error, entry.snapshotId);
    this.#end(entry);
  }

  /** The least recently used go first, and none that is in use. */
  #makeRoom(): void {
    const excess = this.#entries.size - this.#options.limit;
    if (excess <= 0) return;
    const spare = [...this.#entries.values()].filter(({ users }) => users === 0);
    for (const entry of spare.toSorted((a, b) => a.usedAt - b.usedAt).slice(0, excess)) this.#end(entry);
  }

  /** A copy that is just made of it fails with its end, and its child is restored. */
  #end(entry: Entry): void {
    if (this.#entries.get(entry.key) !== entry) return;
    this.#entries.delete(entry.key);
    entry.idle?.[Symbol.dispose]();
    entry.giveUp.abort();
    const end = entry.zygote
      .then((zygote) => zygote?.[Symbol.asyncDispose]())
      .catch((error: unknown) => this.#options.onError(error, entry.snapshotId))
      .finally(() => this.#ending.delete(end));
    this.#ending.add(end);
  }
}

/**
 * The memory that it maps, since a snapshot's may lie in more than one place, and what its copies' cards are connected
 * to, which is part of what is copied.
 */
function keyOf(source: MachineSource): string {
  return `${cardKindOf(source)} ${source.snapshot.memoryPath}`;
}

async function hasDied(entry: Entry): Promise<boolean> {
  const zygote = await entry.zygote;
  return Promise.race([zygote?.exited.then(() => true) ?? true, delay(DEATH_NOTICE_MS, false)]);
}
