import { setTimeout as delay } from "node:timers/promises";
import { ForkdError, toForkdError } from "@forkd/contract";
import type { SandboxInfo } from "@forkd/contract";
import type {
  CaptureOutlook,
  CapturePause,
  CaptureReport,
  CaptureSpec,
  Machine,
  MachineExit,
} from "../ports/engine.ts";
import type { GuestAgent } from "../ports/guest.ts";
import type { LimitGroup } from "../ports/limits.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { MachineDirectory } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";
import { AgentLink } from "./agent-link.ts";
import type { AgentLinkPorts } from "./agent-link.ts";
import { explainDeath } from "./death.ts";
import { describeSandbox } from "../model/sandbox-view.ts";

export interface SandboxParts {
  readonly machine: Machine;
  readonly directory: MachineDirectory;
  readonly group: LimitGroup | undefined;
  /** The agent that is connected already, if any. */
  readonly agent: GuestAgent | undefined;
}

type Death = NonNullable<SandboxInfo["died"]>;

/** How long a failed request waits to learn whether its machine died of the same cause. */
const DEATH_NOTICE_MS = 250;
const CATCH_UP_MS = 10_000;

/**
 * A machine that runs, and what is known of it. It notices by itself when the machine dies, and then keeps the
 * reason and the logs until it is disposed of. Disposal ends the machine and removes all that is its own.
 */
export class Sandbox implements AsyncDisposable {
  /** Settles when the machine has died or was ended, with its memory and disk freed. Never rejects. */
  readonly gone: Promise<void>;
  readonly #parts: SandboxParts;
  readonly #link: AgentLink;
  #record: SandboxRecord;
  #death: Death | undefined;
  #disposal: Promise<void> | undefined;

  constructor(record: SandboxRecord, parts: SandboxParts, ports: AgentLinkPorts) {
    this.#record = record;
    this.#parts = parts;
    this.#link = new AgentLink(parts.machine, parts.agent, ports);
    this.gone = parts.machine.exited.then((exit) => this.#recordDeath(exit, ports));
  }

  get record(): SandboxRecord {
    return this.#record;
  }

  get directory(): string {
    return this.#parts.directory.path;
  }

  get isDead(): boolean {
    return this.#death !== undefined;
  }

  get diedAtUnix(): number | undefined {
    return this.#death?.at_unix;
  }

  /** Asks the guest's agent. A machine that is dead, or dies of it, gives `sandbox_dead` with its last lines. */
  async ask<Reply>(question: (agent: GuestAgent) => Promise<Reply>, { signal }: CallOptions): Promise<Reply> {
    try {
      return await question(await this.#connect(signal));
    } catch (error) {
      throw await this.#explain(error);
    }
  }

  /** As {@link ask}, for answers that stream. */
  async *stream<Event>(
    question: (agent: GuestAgent) => AsyncIterable<Event>,
    { signal }: CallOptions,
  ): AsyncGenerator<Event> {
    try {
      yield* question(await this.#connect(signal));
    } catch (error) {
      throw await this.#explain(error);
    }
  }

  /** What a capture would cost now. Throws `sandbox_dead`. */
  assessCapture(options: CallOptions): Promise<CaptureOutlook> {
    return this.#command((machine) => machine.assessCapture(options));
  }

  /** Why it cannot be captured live, or undefined when it can. Throws `sandbox_dead`. */
  findLiveBlocker(options: CallOptions): Promise<string | undefined> {
    return this.#command((machine) => machine.findLiveBlocker(options));
  }

  /** How many pages it has written itself; also while it is captured. Throws `sandbox_dead`. */
  countPrivatePages(options: CallOptions): Promise<number> {
    return this.#command((machine) => machine.countPrivatePages(this.record.memoryMib, options));
  }

  /**
   * Takes memory, device state and disk of one instant, as {@link Machine.capture} does. Throws `sandbox_dead`,
   * `capture_failed`, `machine_stuck`, `disk_full`, `cancelled`.
   */
  capture(spec: CaptureSpec, options: CallOptions): Promise<CaptureReport> {
    const onResume = (pause: CapturePause): void => {
      void this.#catchUp();
      spec.onResume?.(pause);
    };
    return this.#command((machine) => machine.capture({ ...spec, onResume }, options));
  }

  /** Remembers, also for the next daemon, that it was branched into a snapshot in this directory. */
  async noteBranch(directory: string): Promise<void> {
    const branchCount = this.#record.branchCount + 1;
    this.#record = { ...this.#record, branchCount, lastBranchDirectory: directory };
    if (!this.#death) await this.#parts.directory.writeRecord(this.#record);
  }

  describe(): SandboxInfo {
    const death = this.#death;
    if (!death) return describeSandbox(this.record, { status: "running" });
    return describeSandbox({ ...this.record, pid: null }, { status: "dead", died: death });
  }

  /** Lets go of the machine without ending it: the next daemon adopts it. */
  async release(): Promise<void> {
    await this.#link[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#end();
    return this.#disposal;
  }

  async #end(): Promise<void> {
    await this.#parts.machine.kill();
    await this.gone;
    await this.#parts.directory[Symbol.asyncDispose]();
  }

  /** The guest's wall clock stood still with it. A guest that does not answer keeps the clock that it has. */
  async #catchUp(): Promise<void> {
    const options = { signal: AbortSignal.timeout(CATCH_UP_MS) };
    await this.ask((agent) => agent.setClock(options), options).catch(() => {});
  }

  async #command<Reply>(order: (machine: Machine) => Promise<Reply>): Promise<Reply> {
    if (this.#death) throw this.#deadError(this.#death);
    try {
      return await order(this.#parts.machine);
    } catch (error) {
      if (toForkdError(error).status < 500) throw error;
      await Promise.race([this.gone, delay(DEATH_NOTICE_MS)]);
      if (this.#death) throw this.#deadError(this.#death, error);
      throw error;
    }
  }

  async #connect(signal: AbortSignal): Promise<GuestAgent> {
    if (this.#death) throw this.#deadError(this.#death);
    return this.#link.connect({ signal });
  }

  async #explain(error: unknown): Promise<unknown> {
    if (!toForkdError(error).code.startsWith("agent_")) return error;
    await Promise.race([this.gone, delay(DEATH_NOTICE_MS)]);
    return this.#death ? this.#deadError(this.#death, error) : error;
  }

  #deadError({ why, console }: Death, cause?: unknown): ForkdError {
    return new ForkdError("sandbox_dead", { id: this.record.id, why, console }, { cause });
  }

  async #recordDeath(exit: MachineExit, ports: AgentLinkPorts): Promise<void> {
    const { directory, group } = this.#parts;
    const report = (error: unknown): void => ports.onError?.(error, `freeing what ${this.record.id} had`);
    // Whatever its files and its group are like now, it is dead.
    this.#death = await explainDeath(exit, this.#parts, this.record, ports.logs).catch((error: unknown) => {
      report(error);
      return { at_unix: Math.floor(Date.now() / 1000), why: exit.why, console: [] };
    });
    await this.#link[Symbol.asyncDispose]().catch(report);
    await Promise.resolve(group?.[Symbol.asyncDispose]()).catch(report);
    if (!this.#disposal) await directory.keepLogsOnly().catch(report);
  }
}
