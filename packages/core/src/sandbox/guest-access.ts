import type { Duplex } from "node:stream";
import { ForkdError, toForkdError } from "@forkd/contract";
import type { GuestAgent } from "../ports/guest.ts";
import type { CallOptions } from "../ports/options.ts";
import { Activity } from "./activity.ts";
import type { AgentLink } from "./agent-link.ts";
import type { Fate } from "./fate.ts";
import type { KeptRecord } from "./kept-record.ts";
import type { PauseSwitch } from "./pause-switch.ts";
import { Tunnels } from "./tunnels.ts";

interface AccessParts {
  readonly link: AgentLink;
  readonly fate: Fate;
  readonly pauseSwitch: PauseSwitch;
  readonly record: KeptRecord;
}

/** What one machine's guest is asked, and when it last was. */
export class GuestAccess {
  readonly activity = new Activity();
  readonly #parts: AccessParts;
  readonly #tunnels = new Tunnels();

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  /**
   * Asks the guest's agent. A machine that is dead, or dies of it, gives `sandbox_dead` with its last lines, one that is
   * paused `sandbox_paused`, one that is suspended `sandbox_suspended`.
   */
  ask<Reply>(question: (agent: GuestAgent) => Promise<Reply>, options: CallOptions): Promise<Reply> {
    return this.activity.track(() => this.askAside(question, options));
  }

  /** As {@link ask}, but no use: a machine that is only watched is idle. */
  async askAside<Reply>(
    question: (agent: GuestAgent) => Promise<Reply>,
    { signal }: CallOptions,
  ): Promise<Reply> {
    try {
      return await question(await this.#connect(signal));
    } catch (error) {
      throw await this.#explain(error);
    }
  }

  /**
   * Counts as use what its commands have written; not services, which it has of its snapshot, and which print whether
   * anybody uses them or not. A guest that does not answer is none the more in use. Never rejects.
   */
  async noteOutput(options: CallOptions): Promise<void> {
    const listing = this.askAside((agent) => agent.listProcesses(options), options);
    const processes = await listing.catch(() => []);
    const createdAtMs = this.#parts.record.current.createdAtUnix * 1000;
    for (const { startedAtUnixMs = 0, quietMs } of processes)
      if (quietMs !== undefined && startedAtUnixMs >= createdAtMs) this.activity.noteUse(quietMs);
  }

  /** As {@link ask}, for answers that stream. */
  async *stream<Event>(
    question: (agent: GuestAgent) => AsyncIterable<Event>,
    { signal }: CallOptions,
  ): AsyncGenerator<Event> {
    using _ = this.activity.use();
    try {
      yield* question(await this.#connect(signal));
    } catch (error) {
      throw await this.#explain(error);
    }
  }

  /**
   * As {@link ask}, for a connection to a port, which is in use until it has closed, and breaks of what a question would
   * throw. Throws `too_many_connections`, `port_refused`, `port_timeout`.
   */
  connectToPort(port: number, options: CallOptions): Promise<Duplex> {
    const order = { ...options, explain: (error: Error) => this.#explain(error) };
    return this.#tunnels.open(() => this.ask((agent) => agent.connectToPort(port, order), options));
  }

  async #connect(signal: AbortSignal): Promise<GuestAgent> {
    const { link, fate, pauseSwitch, record } = this.#parts;
    await pauseSwitch.settle({ signal });
    fate.assertThere();
    if (pauseSwitch.isPaused) throw new ForkdError("sandbox_paused", { id: record.current.id });
    return link.connect({ signal });
  }

  async #explain<Thrown>(error: Thrown): Promise<Thrown | ForkdError> {
    if (!toForkdError(error).code.startsWith("agent_")) return error;
    try {
      await this.#parts.fate.assertStillThere(error);
    } catch (better) {
      return toForkdError(better);
    }
    return error;
  }
}
