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

/** A timer of more than this goes off at once. */
const MAX_TIMER_MS = 2_147_483_647;
const RETRY_MS = 60_000;

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
    this.forget(id);
    const timers: Timers = {};
    this.#timers.set(id, timers);
    if (expiresAtUnix !== null)
      this.#await(
        timers,
        { id, action: onTimeout, reason: "timeout" },
        () => expiresAtUnix * 1000 - Date.now(),
      );
    if (idleTimeoutSecs !== null && sandbox instanceof Sandbox)
      this.#await(timers, { id, action: onIdle, reason: "idle" }, () => {
        return idleTimeoutSecs * 1000 - (sandbox.isPaused ? 0 : sandbox.idleMs);
      });
  }

  forget(id: SandboxId): void {
    const timers = this.#timers.get(id);
    this.#timers.delete(id);
    for (const timer of Object.values(timers ?? {})) timer[Symbol.dispose]();
  }

  /** Looks again once the time could be over that is left now. */
  #await(timers: Timers, order: TimeOrder, leftMs: () => number, atLeastMs = 0): void {
    const waitMs = Math.min(Math.max(leftMs(), atLeastMs), MAX_TIMER_MS);
    timers[order.reason] = this.#clock.schedule(waitMs, () => {
      if (leftMs() > 0) return this.#await(timers, order, leftMs);
      void this.#options.onTime(order).catch((error: unknown) => {
        this.#options.onError(error);
        if (this.#timers.get(order.id) === timers) this.#await(timers, order, leftMs, RETRY_MS);
      });
    });
  }
}
