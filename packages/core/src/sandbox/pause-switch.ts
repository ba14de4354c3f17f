import { Semaphore } from "../concurrency/semaphore.ts";
import type { Machine } from "../ports/engine.ts";
import type { CallOptions } from "../ports/options.ts";
import type { AgentLink } from "./agent-link.ts";
import type { KeptRecord } from "./kept-record.ts";

/** The VMM answers in milliseconds; what it may still do for somebody else takes seconds. */
const RESUME_TIMEOUT_MS = 30_000;

interface PausedParts {
  readonly machine: Machine;
  readonly link: AgentLink;
  readonly record: KeptRecord;
}

/**
 * Pauses and resumes a machine. Its record says that it is paused only while it surely stands still; so a daemon that
 * finds one that stands still for no such reason lets it run.
 */
export class PauseSwitch {
  readonly #turn = new Semaphore(1);
  readonly #parts: PausedParts;
  #isPaused: boolean;
  #standstill: Disposable | undefined;

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

  /** Gives whether it ran before. A failure leaves it running. */
  async pause(options: CallOptions): Promise<boolean> {
    const { machine, link, record } = this.#parts;
    using _ = await this.takeTurn(options);
    if (this.#isPaused) return false;
    await machine.pause(options);
    this.#standstill = link.standStill();
    this.#isPaused = true;
    try {
      await record.change(() => ({ paused: true }));
    } catch (error) {
      await this.#run();
      throw error;
    }
    return true;
  }

  /** Gives whether it was paused before. Its wall clock is right then. A failure leaves it paused. */
  async resume(options: CallOptions): Promise<boolean> {
    using _ = await this.takeTurn(options);
    if (!this.#isPaused) return false;
    await this.#parts.record.change(() => ({ paused: false }));
    await this.#run();
    return true;
  }

  /** Whoever asked may have gone: half-way is no state to leave it in. */
  async #run(): Promise<void> {
    const { machine, link } = this.#parts;
    await machine.resume({ signal: AbortSignal.timeout(RESUME_TIMEOUT_MS) });
    this.#standstill?.[Symbol.dispose]();
    await link.catchUp();
    this.#isPaused = false;
  }
}
