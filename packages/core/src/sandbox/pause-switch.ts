import { orCancelled, withTimeout } from "../concurrency/abort.ts";
import { Semaphore } from "../concurrency/semaphore.ts";
import type { Machine } from "../ports/engine.ts";
import type { CallOptions } from "../ports/options.ts";
import type { AgentLink } from "./agent-link.ts";
import type { KeptRecord } from "./kept-record.ts";

/** The VMM answers in milliseconds; what it may still do for somebody else, and a disk that is flushed, take seconds. */
const SWITCH_TIMEOUT_MS = 30_000;

interface PausedParts {
  readonly machine: Machine;
  readonly link: AgentLink;
  readonly record: KeptRecord;
}

/**
 * Pauses and resumes a machine. Both tell the VMM each time, whatever was known: it may have been stuck when it was told
 * last. The record says that the machine is paused from when it stands still until it runs with its clock set; a daemon
 * that finds a machine otherwise has it do what its record says.
 */
export class PauseSwitch {
  readonly #turn = new Semaphore(1);
  readonly #parts: PausedParts;
  #isPaused: boolean;
  #standstill: Disposable | undefined;
  #change: Promise<unknown> | undefined;

  constructor(parts: PausedParts) {
    this.#parts = parts;
    this.#isPaused = parts.record.current.paused;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Lets nobody else pause, resume or capture the machine until disposal. Throws `cancelled`. */
  takeTurn(options: CallOptions): Promise<Disposable> {
    return this.#turn.acquire(`a capture, pause or resume of ${this.#parts.record.current.id}`, options);
  }

  /** Waits while the machine is just being paused or resumed. Throws `cancelled`. */
  async settle({ signal }: CallOptions): Promise<void> {
    while (this.#change) await orCancelled(this.#change, signal, "a pause or resume");
  }

  /** Gives whether it ran before. A failure leaves it running. */
  async pause(options: CallOptions): Promise<boolean> {
    using _ = await this.takeTurn(options);
    return await this.#during(() => this.#pause(options));
  }

  /** Gives whether it was paused before. Its wall clock is right then. A failure leaves it paused. */
  async resume(options: CallOptions): Promise<boolean> {
    using _ = await this.takeTurn(options);
    return await this.#during(() => this.#resume());
  }

  /** Does work that ends the machine, which stands still meanwhile. When that fails, the machine is as it was. */
  async end(work: () => Promise<void>, options: CallOptions): Promise<void> {
    using _ = await this.takeTurn(options);
    await this.#during(() => this.#end(work, options));
  }

  async #during<Result>(change: () => Promise<Result>): Promise<Result> {
    const changing = change();
    // Whoever waits for it looks at what came of it, not at why.
    this.#change = changing.catch(() => {}).then(() => (this.#change = undefined));
    return changing;
  }

  async #pause(options: CallOptions): Promise<boolean> {
    const { link, record } = this.#parts;
    // A connection that is half made would not outlast the pause.
    await link.whenOpened();
    await this.#stop(withTimeout(options.signal, SWITCH_TIMEOUT_MS));
    if (this.#isPaused) return false;
    this.#isPaused = true;
    try {
      await record.change(() => ({ paused: true }));
      return true;
    } catch (error) {
      await this.#run();
      this.#isPaused = false;
      throw error;
    }
  }

  async #resume(): Promise<boolean> {
    const wasPaused = this.#isPaused;
    await this.#run();
    if (!wasPaused) return false;
    try {
      await this.#parts.record.change(() => ({ paused: false }));
    } catch (error) {
      await this.#stop(AbortSignal.timeout(SWITCH_TIMEOUT_MS));
      throw error;
    }
    this.#isPaused = false;
    return true;
  }

  async #end(work: () => Promise<void>, { signal }: CallOptions): Promise<void> {
    const wasPaused = this.#isPaused;
    if (!wasPaused) await this.#parts.link.whenOpened();
    await this.#stop(withTimeout(signal, SWITCH_TIMEOUT_MS));
    try {
      await work();
    } catch (error) {
      if (wasPaused) throw error;
      await this.#run().catch((stuck: unknown) => {
        throw new SuppressedError(stuck, error);
      });
      throw error;
    }
  }

  /** A failure leaves it running, also where it stood still before. */
  async #stop(signal: AbortSignal): Promise<void> {
    const { machine, link } = this.#parts;
    try {
      await machine.pause({ signal });
    } catch (error) {
      const stoodStill = this.#isPaused;
      this.#isPaused = false;
      if (stoodStill) await this.#goOn();
      throw error;
    }
    this.#standstill ??= link.standStill();
  }

  /** Whoever asked may have gone: half-way is no state to leave it in. */
  async #run(): Promise<void> {
    await this.#parts.machine.resume({ signal: AbortSignal.timeout(SWITCH_TIMEOUT_MS) });
    await this.#goOn();
  }

  async #goOn(): Promise<void> {
    this.#standstill?.[Symbol.dispose]();
    this.#standstill = undefined;
    await this.#parts.link.catchUp();
  }
}
