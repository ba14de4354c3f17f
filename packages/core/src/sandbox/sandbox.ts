import type { Duplex } from "node:stream";
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
  MachineUsage,
} from "../ports/engine.ts";
import type { GuestAgent } from "../ports/guest.ts";
import type { LimitGroup } from "../ports/limits.ts";
import type { SandboxRecord, SuspendedState } from "../model/sandbox-record.ts";
import type { MachineDirectory } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";
import { NEVER } from "../concurrency/abort.ts";
import { Activity } from "./activity.ts";
import { AgentLink } from "./agent-link.ts";
import type { AgentLinkPorts } from "./agent-link.ts";
import { Departure } from "./departure.ts";
import { explainDeath } from "./death.ts";
import type { KeptRecord } from "./kept-record.ts";
import { PauseSwitch } from "./pause-switch.ts";
import { saveToDisk } from "./save-to-disk.ts";
import { Tunnels } from "./tunnels.ts";
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

/**
 * A machine that runs or is paused, and what is known of it. It notices by itself when the machine dies, and then keeps the
 * reason and the logs until it is disposed of. Disposal ends the machine and removes all that is its own.
 */
export class Sandbox implements AsyncDisposable {
  /** Settles when the machine has died, was ended or suspended, with its memory and disk freed. Never rejects. */
  readonly gone: Promise<void>;
  readonly #parts: SandboxParts;
  readonly #link: AgentLink;
  readonly #record: KeptRecord;
  readonly #switch: PauseSwitch;
  readonly #tunnels = new Tunnels();
  readonly #activity = new Activity();
  #death: Death | undefined;
  readonly #departure = new Departure();
  readonly #ending = new AbortController();
  #disposal: Promise<void> | undefined;

  constructor(record: KeptRecord, parts: SandboxParts, ports: AgentLinkPorts) {
    this.#parts = parts;
    this.#record = record;
    const { machine } = parts;
    this.#link = new AgentLink(machine, parts.agent, ports);
    this.#switch = new PauseSwitch({ machine, link: this.#link, record });
    this.gone = parts.machine.exited.then((exit) => this.#recordDeath(exit, ports));
  }

  get record(): SandboxRecord {
    return this.#record.current;
  }

  get directory(): string {
    return this.#parts.directory.path;
  }

  /** The same, to be handed on when it is suspended. */
  get place(): MachineDirectory {
    return this.#parts.directory;
  }

  get isDead(): boolean {
    return this.#death !== undefined;
  }

  /** Whether it stands still; also while it is being resumed. */
  get isPaused(): boolean {
    return this.#switch.isPaused;
  }

  /** For how long nobody asked for anything, nor had a stream open; 0 while somebody does. */
  get idleMs(): number {
    return this.#activity.idleMs;
  }

  /** Waits while it is just being paused or resumed. Throws `cancelled`. */
  settle(options: CallOptions): Promise<void> {
    return this.#switch.settle(options);
  }

  /** Sets the guest's wall clock, which may have stood still with it. Never rejects. */
  catchUp(): Promise<void> {
    return this.#link.catchUp();
  }

  /** Has the guest's wall clock keep the host's time, unless it stands still or nobody talks to it. */
  async keepClock(options: CallOptions): Promise<void> {
    if (!this.isPaused) await this.#link.keepClock(options);
  }

  get diedAtUnix(): number | undefined {
    return this.#death?.at_unix;
  }

  /**
   * Asks the guest's agent. A machine that is dead, or dies of it, gives `sandbox_dead` with its last lines, one that is
   * paused `sandbox_paused`, one that is suspended `sandbox_suspended`.
   */
  ask<Reply>(question: (agent: GuestAgent) => Promise<Reply>, options: CallOptions): Promise<Reply> {
    return this.#activity.track(() => this.askAside(question, options));
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

  /** As {@link ask}, for answers that stream. */
  async *stream<Event>(
    question: (agent: GuestAgent) => AsyncIterable<Event>,
    { signal }: CallOptions,
  ): AsyncGenerator<Event> {
    using _ = this.#activity.use();
    try {
      yield* question(await this.#connect(signal));
    } catch (error) {
      throw await this.#explain(error);
    }
  }

  /** As {@link ask}, for a connection to a port, which is in use until it has closed. Throws `too_many_connections`, `port_refused`, `port_timeout`. */
  connectToPort(port: number, options: CallOptions): Promise<Duplex> {
    return this.#tunnels.open(() => this.ask((agent) => agent.connectToPort(port, options), options));
  }

  /** What a capture would cost now. Throws `sandbox_dead`. */
  assessCapture(options: CallOptions): Promise<CaptureOutlook> {
    return this.#command((machine) => machine.assessCapture(options));
  }

  /** Why it cannot be captured live, or undefined when it can. Throws `sandbox_dead`. */
  findLiveBlocker(options: CallOptions): Promise<string | undefined> {
    return this.#command((machine) => machine.findLiveBlocker(options));
  }

  /** What it takes of the host; the guest does not notice. Throws `sandbox_dead`. */
  measure(): Promise<MachineUsage> {
    return this.#command((machine) => machine.measure());
  }

  /** How many pages it has written itself; also while it is captured. Throws `sandbox_dead`. */
  countPrivatePages(options: CallOptions): Promise<number> {
    return this.#command((machine) => machine.countPrivatePages(this.record.memoryMib, options));
  }

  /**
   * Takes memory, device state and disk of one instant, as {@link Machine.capture} does. Throws `sandbox_dead`,
   * `capture_failed`, `machine_stuck`, `disk_full`, `cancelled`.
   */
  async capture(spec: CaptureSpec, options: CallOptions): Promise<CaptureReport> {
    using _use = this.#activity.use();
    using _turn = await this.#switch.takeTurn(options);
    const onResume = (pause: CapturePause): void => {
      if (!this.isPaused) void this.#link.catchUp();
      spec.onResume?.(pause);
    };
    return await this.#command((machine) => machine.capture({ ...spec, onResume }, options));
  }

  /**
   * Stops the vCPUs, behind a capture that is under way, and gives whether they ran. What was asked of the guest goes on
   * when it is resumed. Throws `sandbox_dead`, `vmm_failed`, `disk_full`, `cancelled`; it runs on then.
   */
  pause(options: CallOptions): Promise<boolean> {
    return this.#command(() => this.#switch.pause(options));
  }

  /**
   * Lets the vCPUs run, with the wall clock set, and gives whether they stood still. Throws `sandbox_dead`,
   * `machine_stuck`, `disk_full`, `cancelled`; it stays paused then.
   */
  resume(options: CallOptions): Promise<boolean> {
    return this.#activity.track(() => this.#command(() => this.#switch.resume(options)));
  }

  /**
   * Has it go on without a process: what it is resumed of is on disk, with the record that is given, when its process
   * ends. Throws `sandbox_dead`, `capture_failed`, `disk_full`, `cancelled`; it is as it was then.
   */
  async suspend(options: CallOptions): Promise<KeptRecord> {
    await this.#command((machine) => this.#switch.end(() => this.#leave(machine, options), options));
    return this.#record;
  }

  /** Changes what is known of it, also for the next daemon. Throws `sandbox_dead`, `disk_full`. */
  async update(changes: Parameters<KeptRecord["change"]>[0]): Promise<void> {
    await this.#activity.track(() => this.#command(() => this.#record.change(changes)));
  }

  /** Remembers, also for the next daemon, that it was branched into a snapshot in this directory. */
  async noteBranch(directory: string): Promise<void> {
    await this.#record.noteBranch(directory);
  }

  describe(): SandboxInfo {
    const death = this.#death;
    if (this.#departure.isDone)
      return describeSandbox({ ...this.record, pid: null }, { status: "suspended" });
    if (!death) return describeSandbox(this.record, { status: this.isPaused ? "paused" : "running" });
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
    this.#ending.abort();
    await this.#parts.machine.kill();
    await this.gone;
    // What is being suspended writes to the directory until it fails.
    await this.#switch.settle({ signal: NEVER });
    await this.#parts.directory[Symbol.asyncDispose]();
  }

  async #leave(machine: Machine, options: CallOptions): Promise<void> {
    const { directory } = this.#parts;
    const state = await this.#save(machine, options);
    try {
      if (this.#disposal || this.#departure.isTooLate) await this.gone;
      this.#assertThere();
      await this.#departure.depart(this.#record, state);
    } catch (error) {
      await directory.state.remove();
      throw error;
    }
    await machine.kill();
    await this.gone;
  }

  /** Its end comes before any of it. */
  async #save(machine: Machine, options: CallOptions): Promise<SuspendedState> {
    const { memoryMib } = this.record;
    const signal = AbortSignal.any([options.signal, this.#ending.signal]);
    try {
      return await saveToDisk(machine, this.#parts.directory.state, { signal, memoryMib });
    } catch (error) {
      if (!this.#disposal) throw error;
      await this.gone;
      this.#assertThere(error);
      throw error;
    }
  }

  async #command<Reply>(order: (machine: Machine) => Promise<Reply>): Promise<Reply> {
    this.#assertThere();
    try {
      return await order(this.#parts.machine);
    } catch (error) {
      if (toForkdError(error).status < 500) throw error;
      await Promise.race([this.gone, delay(DEATH_NOTICE_MS)]);
      this.#assertThere(error);
      throw error;
    }
  }

  /** Throws `sandbox_dead`, `sandbox_suspended`. */
  #assertThere(cause?: unknown): void {
    if (this.#death) throw this.#deadError(this.#death, cause);
    if (this.#departure.isDone) throw new ForkdError("sandbox_suspended", { id: this.record.id }, { cause });
  }

  async #connect(signal: AbortSignal): Promise<GuestAgent> {
    await this.settle({ signal });
    this.#assertThere();
    if (this.isPaused) throw new ForkdError("sandbox_paused", { id: this.record.id });
    return this.#link.connect({ signal });
  }

  async #explain(error: unknown): Promise<unknown> {
    if (!toForkdError(error).code.startsWith("agent_")) return error;
    await Promise.race([this.gone, delay(DEATH_NOTICE_MS)]);
    try {
      this.#assertThere(error);
    } catch (better) {
      return better;
    }
    return error;
  }

  #deadError({ why, console }: Death, cause?: unknown): ForkdError {
    return new ForkdError("sandbox_dead", { id: this.record.id, why, console }, { cause });
  }

  async #recordDeath(exit: MachineExit, ports: AgentLinkPorts): Promise<void> {
    const { directory, group } = this.#parts;
    const report = (error: unknown): void => ports.onError?.(error, `freeing what ${this.record.id} had`);
    const livesOn = await this.#departure.conclude();
    // Whatever its files and its group are like now, it is dead.
    if (!livesOn)
      this.#death = await explainDeath(exit, this.#parts, this.record, ports.logs).catch((error: unknown) => {
        report(error);
        return { at_unix: Math.floor(Date.now() / 1000), why: exit.why, console: [] };
      });
    await this.#link[Symbol.asyncDispose]().catch(report);
    await Promise.resolve(group?.[Symbol.asyncDispose]()).catch(report);
    if (livesOn) return;
    await this.#record.abandon();
    if (!this.#disposal) await directory.keepLogsOnly().catch(report);
  }
}
