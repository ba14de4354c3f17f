import { ForkdError } from "@forkd/contract";
import type { SandboxInfo } from "@forkd/contract";
import { NEVER } from "../concurrency/abort.ts";
import { Semaphore } from "../concurrency/semaphore.ts";
import { PAGE_SIZE } from "../memory-layer/format.ts";
import { describeSandbox } from "../model/sandbox-view.ts";
import type { SandboxRecord, SuspendedState } from "../model/sandbox-record.ts";
import type { CaptureOutlook, CaptureReport, CaptureSpec } from "../ports/engine.ts";
import type { EgressPolicy } from "../ports/network.ts";
import type { MachineDirectory } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";
import type { ProcessName } from "../ports/processes.ts";
import type { KeptRecord } from "./kept-record.ts";
import type { Sandbox } from "./sandbox.ts";

/** What a machine that has no process is made of again. */
export interface SuspendedParts {
  readonly record: KeptRecord;
  readonly directory: MachineDirectory;
  /** A process of its last life that has its disk open still, if any. */
  readonly findLingering?: () => ProcessName | undefined;
  /** Ends such a process. Throws `cancelled`. */
  readonly endLingering?: (options: CallOptions) => Promise<void>;
}

const END_TIMEOUT_MS = 10_000;
const NOT_LIVE = "it is suspended, and what is on disk does not change";

/** A machine that is on disk alone, until it is revived. Disposal removes it with all that is its own. */
export class SuspendedSandbox implements AsyncDisposable {
  readonly isDead = false;
  readonly #parts: SuspendedParts;
  readonly #ending = new AbortController();
  readonly #turn = new Semaphore(1);
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

  /** Changes what is known of it. Throws `disk_full`, and `sandbox_not_found` once it is to go. */
  async update(changes: Parameters<KeptRecord["change"]>[0]): Promise<void> {
    if (this.#ending.signal.aborted) throw new ForkdError("sandbox_not_found", { id: this.record.id });
    await this.#parts.record.change(changes);
  }

  /** What its record says is put in force when it is resumed. */
  limit(): Promise<void> {
    return Promise.resolve();
  }

  /** Changes what its guest may reach once it is resumed. Throws `no_network`, and as {@link update} does. */
  async setEgress(egress: EgressPolicy): Promise<void> {
    const { id, network } = this.record;
    if (network.mode === "none") throw new ForkdError("no_network", { id });
    await this.update((record) => ({ network: { ...record.network, egress } }));
  }

  /** Has a machine made of it, by one at a time; its disposal calls that off. A failure leaves it as it is. */
  async revive(
    start: (parts: SuspendedParts, options: CallOptions) => Promise<Sandbox>,
    { signal }: CallOptions,
  ): Promise<Sandbox> {
    using _ = await this.#takeTurn({ signal });
    this.#revival = start(this.#parts, { signal: AbortSignal.any([signal, this.#ending.signal]) });
    return await this.#revival;
  }

  /** What a capture of it would cost: nothing of it has to stand still. */
  async assessCapture(options: CallOptions): Promise<CaptureOutlook> {
    const { suspended } = this.record;
    if (suspended === null) return (await this.#revived()).assessCapture(options);
    return { ...outlookOf(suspended), liveBlocker: NOT_LIVE };
  }

  findLiveBlocker(_options: CallOptions): Promise<string> {
    return Promise.resolve(NOT_LIVE);
  }

  /**
   * Copies what it is resumed of, which is a layer: for `diff` alone; where it was just revived, its machine is captured.
   * Throws `sandbox_suspended` for any other mode, `suspended_state_damaged`, `disk_full`, `cancelled`.
   */
  async capture(spec: CaptureSpec, { signal }: CallOptions): Promise<CaptureReport> {
    const options = { signal: AbortSignal.any([signal, this.#ending.signal]) };
    using _ = await this.#takeTurn(options);
    const { suspended: state, id } = this.record;
    if (state === null) return await (await this.#revived()).capture(spec, options);
    if (spec.mode !== "diff") throw new ForkdError("sandbox_suspended", { id });
    const { dirtyPages } = outlookOf(state);
    const pause = { pauseMs: 0, dirtyPages };
    spec.onResume?.(pause);
    await this.#parts.directory.state.copyTo(state, spec, options);
    const { memory, disk } = state;
    return {
      ...pause,
      longestStallMs: 0,
      memoryBytes: memory.sizeBytes,
      diskBytes: disk.sizeBytes,
      phases: [],
    };
  }

  /** Remembers that it was branched into a snapshot in this directory. */
  async noteBranch(directory: string): Promise<void> {
    await this.#parts.record.noteBranch(directory);
  }

  describe(): SandboxInfo {
    return describeSandbox({ ...this.record, pid: null }, { status: "suspended" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    using _ = await this.#takeTurn({ signal: NEVER });
    const sandbox = await this.#revival?.catch(() => undefined);
    // Without a directory it would be a machine that nobody knows.
    if (!sandbox) await this.#parts.endLingering?.({ signal: AbortSignal.timeout(END_TIMEOUT_MS) });
    await this.#parts.record.abandon();
    await (sandbox ?? this.#parts.directory)[Symbol.asyncDispose]();
  }

  /** The machine that it has become. Throws `sandbox_not_found`. */
  async #revived(): Promise<Sandbox> {
    const sandbox = await this.#revival?.catch(() => undefined);
    if (!sandbox) throw new ForkdError("sandbox_not_found", { id: this.record.id });
    return sandbox;
  }

  #takeTurn(options: CallOptions): Promise<Disposable> {
    return this.#turn.acquire(`a resume or a copy of ${this.record.id}`, options);
  }
}

function outlookOf({ memory, disk }: SuspendedState): Pick<CaptureOutlook, "dirtyPages" | "overlayBytes"> {
  return { dirtyPages: Math.floor(memory.sizeBytes / PAGE_SIZE), overlayBytes: disk.sizeBytes };
}
