import { isForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { PROCESS_CLOCK } from "../concurrency/clock.ts";
import type { Clock } from "../concurrency/clock.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import { Sandbox } from "./sandbox.ts";
import type { SuspendedSandbox } from "./suspended-sandbox.ts";

/** What is to be done with a machine because of its time. */
export interface TimeOrder {
  readonly id: SandboxId;
  readonly action: SandboxRecord["onTimeout"];
  readonly reason: "timeout" | "idle";
}

export interface TimeLimitsOptions {
  /** What fails is tried again. */
  readonly onTime: (order: TimeOrder) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly clock?: Clock | undefined;
}

/** Timers stand still with the host, and know nothing of a wall clock that was set. */
const LOOK_AGAIN_MS = 60_000;
const RETRY_MS = 60_000;
const MAX_RETRY_MS = 3_600_000;

type Timers = Partial<Record<TimeOrder["reason"], Disposable>>;

/** Sees to it that machines live, and are idle, for no longer than their records say. */
export class TimeLimits {
  readonly #options: TimeLimitsOptions;
  readonly #clock: Clock;
  readonly #timers = new Map<SandboxId, Timers>();

  constructor(options: TimeLimitsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? PROCESS_CLOCK;
  }

  /** From now on by what its record says now. Its time to live is by the host's wall clock. */
  watch(sandbox: Sandbox | SuspendedSandbox): void {
    const { id, expiresAtUnix, onTimeout, idleTimeoutSecs, onIdle } = sandbox.record;
    const timers = this.#begin(id);
    if (expiresAtUnix !== null)
      this.#await(timers, { id, action: onTimeout, reason: "timeout" }, () => untilUnix(expiresAtUnix));
    if (idleTimeoutSecs !== null && sandbox instanceof Sandbox)
      this.#await(timers, { id, action: onIdle, reason: "idle" }, () => {
        return idleTimeoutSecs * 1000 - (sandbox.isPaused ? 0 : sandbox.idleMs);
      });
  }

  /** Of one that cannot be controlled nothing but its end can be had. */
  watchEnd(id: SandboxId, expiresAtUnix: number): void {
    this.#await(this.#begin(id), { id, action: "kill", reason: "timeout" }, () => untilUnix(expiresAtUnix));
  }

  forget(id: SandboxId): void {
    const timers = this.#timers.get(id);
    this.#timers.delete(id);
    for (const timer of Object.values(timers ?? {})) timer[Symbol.dispose]();
  }

  forgetAll(): void {
    for (const id of this.#timers.keys()) this.forget(id);
  }

  #begin(id: SandboxId): Timers {
    this.forget(id);
    const timers: Timers = {};
    this.#timers.set(id, timers);
    return timers;
  }

  /** Looks again once the time could be over that is left now. */
  #await(timers: Timers, order: TimeOrder, leftMs: () => number, retryMs = 0): void {
    const waitMs = Math.min(Math.max(leftMs(), retryMs), Math.max(LOOK_AGAIN_MS, retryMs));
    timers[order.reason] = this.#clock.schedule(waitMs, () => {
      if (leftMs() > 0) this.#await(timers, order, leftMs);
      else void this.#act(timers, order, leftMs, retryMs);
    });
  }

  /** One that is left to live may be idle again. What fails is tried ever less often: it may cost the guest and the disk. */
  async #act(timers: Timers, order: TimeOrder, leftMs: () => number, retryMs: number): Promise<void> {
    let nextMs = 0;
    try {
      await this.#options.onTime(order);
    } catch (error) {
      if (isForkdError(error) && error.code === "sandbox_not_found") return;
      this.#options.onError(error);
      nextMs = Math.min(Math.max(RETRY_MS, retryMs * 2), MAX_RETRY_MS);
    }
    if (this.#timers.get(order.id) === timers) this.#await(timers, order, leftMs, nextMs);
  }
}

function untilUnix(seconds: number): number {
  return seconds * 1000 - Date.now();
}
