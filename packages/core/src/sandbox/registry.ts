import { ForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import type { Sandbox } from "./sandbox.ts";

/** How long a dead machine is still listed, with its reason and logs. */
const DEAD_KEPT_MS = 600_000;
const MAX_TIMER_MS = 2_147_483_647;

/** All sandboxes of the daemon: living ones under a quota and with their time to live, dead ones for a while. */
export class SandboxRegistry {
  readonly #sandboxes = new Map<SandboxId, Sandbox>();
  readonly #timers = new Map<SandboxId, NodeJS.Timeout>();
  readonly #limit: number;
  readonly #onError: (error: unknown) => void;
  readonly #onGone: (sandbox: Sandbox) => Promise<void>;
  #reserved = 0;

  /** `onGone` is called when a machine has died or was ended, with it no longer among the living. */
  constructor(
    limit: number,
    onError: (error: unknown) => void,
    onGone: (sandbox: Sandbox) => Promise<void> = () => Promise.resolve(),
  ) {
    this.#limit = limit;
    this.#onError = onError;
    this.#onGone = onGone;
  }

  /** Sets places aside for a fork that is under way. Throws `sandbox_quota`. */
  reserve(wanted: number): Disposable {
    const running = this.living().length + this.#reserved;
    if (running + wanted > this.#limit) {
      throw new ForkdError("sandbox_quota", { limit: this.#limit, running, wanted });
    }
    this.#reserved += wanted;
    return { [Symbol.dispose]: () => void (this.#reserved -= wanted) };
  }

  add(sandbox: Sandbox): void {
    const { id, expiresAtUnix } = sandbox.record;
    this.#sandboxes.set(id, sandbox);
    if (expiresAtUnix !== null) this.#removeAt(id, expiresAtUnix * 1000);
    void sandbox.gone.then(() => this.#removeAt(id, Date.now() + DEAD_KEPT_MS));
    void sandbox.gone.then(() => this.#onGone(sandbox)).catch(this.#onError);
  }

  /** Throws `sandbox_not_found`. */
  get(id: SandboxId): Sandbox {
    const sandbox = this.#sandboxes.get(id);
    if (!sandbox) throw new ForkdError("sandbox_not_found", { id });
    return sandbox;
  }

  list(): Sandbox[] {
    return [...this.#sandboxes.values()];
  }

  living(): Sandbox[] {
    return this.list().filter((sandbox) => !sandbox.isDead);
  }

  /** Ends a machine and forgets it. */
  async remove(id: SandboxId): Promise<void> {
    const sandbox = this.get(id);
    this.#forget(id);
    await sandbox[Symbol.asyncDispose]();
  }

  /** Lets go of all machines without ending them. */
  async releaseAll(): Promise<void> {
    for (const id of this.#timers.keys()) this.#clearTimer(id);
    await Promise.all(this.list().map((sandbox) => sandbox.release()));
    this.#sandboxes.clear();
  }

  #removeAt(id: SandboxId, atMs: number): void {
    if (!this.#sandboxes.has(id)) return;
    this.#clearTimer(id);
    const waitMs = Math.min(Math.max(atMs - Date.now(), 0), MAX_TIMER_MS);
    const timer = setTimeout(() => void this.remove(id).catch(this.#onError), waitMs);
    timer.unref();
    this.#timers.set(id, timer);
  }

  #forget(id: SandboxId): void {
    this.#clearTimer(id);
    this.#sandboxes.delete(id);
  }

  #clearTimer(id: SandboxId): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}
