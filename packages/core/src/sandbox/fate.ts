import { setTimeout as delay } from "node:timers/promises";
import { ForkdError, toForkdError } from "@forkd/contract";
import type { SandboxInfo } from "@forkd/contract";
import type { SuspendedState } from "../model/sandbox-record.ts";
import type { Machine, MachineExit } from "../ports/engine.ts";
import type { LimitGroup } from "../ports/limits.ts";
import type { MachineDirectory } from "../ports/machines.ts";
import type { NetworkLease } from "../ports/network.ts";
import type { ProcessName } from "../ports/processes.ts";
import type { AgentLink, AgentLinkPorts } from "./agent-link.ts";
import { Departure } from "./departure.ts";
import { explainDeath } from "./death.ts";
import type { KeptRecord } from "./kept-record.ts";

interface FateParts {
  readonly machine: Machine;
  readonly directory: MachineDirectory;
  readonly group: LimitGroup;
  readonly network?: NetworkLease | undefined;
  readonly record: KeptRecord;
  readonly link: AgentLink;
  /** Aborted once the machine is disposed of: all that is its own goes then. */
  readonly ending: AbortSignal;
}

type Death = NonNullable<SandboxInfo["died"]>;

/** How long a failed request waits to learn whether its machine ended of the same cause; then it learns why, too. */
const DEATH_NOTICE_MS = 250;

/**
 * Whether a machine is there, and what becomes of it: it notices by itself when its process ends. Of one that is dead it
 * keeps the reason and the logs, and frees the rest.
 */
export class Fate {
  /** Settles when the process has ended, with its memory freed, and its disk where it is dead. Never rejects. */
  readonly gone: Promise<void>;
  readonly #parts: FateParts;
  readonly #departure = new Departure();
  /** Settles when it is known what has become of the machine; what it had is freed after that. */
  readonly #known = Promise.withResolvers<void>();
  #death: Death | undefined;

  constructor(parts: FateParts, ports: AgentLinkPorts) {
    this.#parts = parts;
    this.gone = parts.machine.exited.then((exit) => this.#conclude(exit, ports));
  }

  get death(): Death | undefined {
    return this.#death;
  }

  /** Whether it lives on without its process. */
  get isSuspended(): boolean {
    return this.#departure.isDone;
  }

  /** Its process, until that has ended. */
  get process(): ProcessName | undefined {
    const { pid, startTicks } = this.#parts.machine;
    return this.#departure.isTooLate ? undefined : { pid, startTicks };
  }

  /** Throws `sandbox_dead`, `sandbox_suspended`. */
  assertThere(cause?: unknown): void {
    const { id } = this.#parts.record.current;
    const death = this.#death;
    if (death)
      throw new ForkdError("sandbox_dead", { id, why: death.why, console: death.console }, { cause });
    if (this.isSuspended) throw new ForkdError("sandbox_suspended", { id }, { cause });
  }

  /** Throws as {@link assertThere} does where a failure may be due to that, once it can be known. */
  async assertStillThere(cause: unknown): Promise<void> {
    const ended = this.#parts.machine.exited.then(() => true);
    if (await Promise.race([ended, delay(DEATH_NOTICE_MS, false)])) await this.#known.promise;
    this.assertThere(cause);
  }

  /** Gives what the machine is ordered to do. Throws `sandbox_dead` where it dies of it, and what the order throws. */
  async command<Reply>(order: (machine: Machine) => Promise<Reply>): Promise<Reply> {
    this.assertThere();
    try {
      return await order(this.#parts.machine);
    } catch (error) {
      if (toForkdError(error).status >= 500) await this.assertStillThere(error);
      throw error;
    }
  }

  /** Has it live on without its process, from when its record says so. Throws `sandbox_dead`, `disk_full`. */
  async depart(suspended: SuspendedState): Promise<void> {
    if (this.#parts.ending.aborted || this.#departure.isTooLate) await this.gone;
    this.assertThere();
    await this.#departure.depart(this.#parts.record, suspended);
  }

  async #conclude(exit: MachineExit, ports: AgentLinkPorts): Promise<void> {
    const { directory, group, network, record, link, ending } = this.#parts;
    const report = (error: unknown): void => ports.onError?.(error, `freeing what ${record.current.id} had`);
    const livesOn = await this.#departure.conclude();
    // Whatever its files and its group are like now, it is dead.
    if (!livesOn)
      this.#death = await explainDeath(exit, this.#parts, record.current, ports.logs).catch(
        (error: unknown) => {
          report(error);
          return { at_unix: Math.floor(Date.now() / 1000), why: exit.why, console: [] };
        },
      );
    this.#known.resolve();
    await link[Symbol.asyncDispose]().catch(report);
    await Promise.resolve(group[Symbol.asyncDispose]()).catch(report);
    await Promise.resolve(network?.[Symbol.asyncDispose]()).catch(report);
    if (livesOn) return;
    await Promise.resolve(ports.publisher?.close(record.current.id)).catch(report);
    await record.abandon();
    if (!ending.aborted) await directory.keepLogsOnly().catch(report);
  }
}
