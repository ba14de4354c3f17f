import type { Duplex } from "node:stream";
import { ForkdError } from "@forkd/contract";
import type { SandboxInfo } from "@forkd/contract";
import type {
  CaptureOutlook,
  CapturePause,
  CaptureReport,
  CaptureSpec,
  Machine,
  MachineUsage,
} from "../ports/engine.ts";
import type { GuestAgent } from "../ports/guest.ts";
import type { LimitGroup } from "../ports/limits.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { MachineDirectory } from "../ports/machines.ts";
import type { EgressPolicy, NetworkLease } from "../ports/network.ts";
import type { CallOptions } from "../ports/options.ts";
import type { ProcessName } from "../ports/processes.ts";
import { NEVER } from "../concurrency/abort.ts";
import { AgentLink } from "./agent-link.ts";
import type { AgentLinkPorts } from "./agent-link.ts";
import { changeLimits } from "./change-limits.ts";
import type { LimitsChange } from "./change-limits.ts";
import { Fate } from "./fate.ts";
import { GuestAccess } from "./guest-access.ts";
import type { KeptRecord } from "./kept-record.ts";
import { leaveProcess } from "./leave-process.ts";
import { PauseSwitch } from "./pause-switch.ts";
import { describeSandbox } from "../model/sandbox-view.ts";

export interface SandboxParts {
  readonly machine: Machine;
  readonly directory: MachineDirectory;
  readonly group: LimitGroup;
  readonly network?: NetworkLease | undefined;
  /** Whether its guest has yet to join that, since it was in one that is no more. */
  readonly isRevived?: boolean;
  /** The agent that is connected already, if any. */
  readonly agent: GuestAgent | undefined;
}

/**
 * A machine that runs or is paused, and what is known of it. It notices by itself when the machine dies, and then keeps the
 * reason and the logs until it is disposed of. Disposal ends the machine and removes all that is its own.
 */
export class Sandbox implements AsyncDisposable {
  readonly #parts: SandboxParts;
  readonly #link: AgentLink;
  readonly #record: KeptRecord;
  readonly #switch: PauseSwitch;
  readonly #fate: Fate;
  readonly #guest: GuestAccess;
  readonly #ending = new AbortController();
  #disposal: Promise<void> | undefined;

  constructor(record: KeptRecord, parts: SandboxParts, ports: AgentLinkPorts) {
    this.#parts = parts;
    this.#record = record;
    const { machine } = parts;
    const link = new AgentLink(machine, parts.agent, ports);
    if (parts.isRevived === true) link.joinFirst(parts.network?.guest);
    const pauseSwitch = new PauseSwitch({ machine, link, record });
    const fate = new Fate({ ...parts, record, link, ending: this.#ending.signal }, ports);
    this.#link = link;
    this.#switch = pauseSwitch;
    this.#fate = fate;
    this.#guest = new GuestAccess({ link, fate, pauseSwitch, record });
  }

  /** Settles when the machine has died, was ended or suspended, with its memory and disk freed. Never rejects. */
  get gone(): Promise<void> {
    return this.#fate.gone;
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

  /** The network that it has, if it has one. */
  get network(): NetworkLease | undefined {
    return this.#parts.network;
  }

  /** Its process, until that has ended: one that was suspended may linger. */
  get process(): ProcessName | undefined {
    return this.#fate.process;
  }

  get isDead(): boolean {
    return this.#fate.death !== undefined;
  }

  /** Whether it stands still; also while it is being resumed. */
  get isPaused(): boolean {
    return this.#switch.isPaused;
  }

  /** For how long nobody asked for anything, nor had a stream open, nor any output was noted; 0 while somebody does. */
  get idleMs(): number {
    return this.#guest.activity.idleMs;
  }

  /** When somebody last did; before this daemon, as its record has it. */
  get lastUsedAtUnix(): number {
    const { wasUsed, idleMs } = this.#guest.activity;
    const { lastUsedAtUnix, createdAtUnix } = this.record;
    return wasUsed ? Math.floor((Date.now() - idleMs) / 1000) : (lastUsedAtUnix ?? createdAtUnix);
  }

  /** Counts as use what the commands of its guest have written, as far as that tells. Never rejects. */
  async noteOutput(options: CallOptions): Promise<void> {
    await this.#guest.noteOutput(options);
  }

  /** Has the record of a workspace tell when it was last used, for the next daemon. Throws `disk_full`. */
  async noteUse(): Promise<void> {
    const { record, lastUsedAtUnix } = this;
    // The clocks that it comes of do not go quite alike.
    const isNoted = lastUsedAtUnix <= (record.lastUsedAtUnix ?? record.createdAtUnix) + 1;
    if (record.isWorkspace && !isNoted) await this.#record.change(() => ({ lastUsedAtUnix }));
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
    return this.#fate.death?.at_unix;
  }

  /** As {@link GuestAccess.ask}. */
  ask<Reply>(question: (agent: GuestAgent) => Promise<Reply>, options: CallOptions): Promise<Reply> {
    return this.#guest.ask(question, options);
  }

  /** As {@link GuestAccess.askAside}. */
  askAside<Reply>(question: (agent: GuestAgent) => Promise<Reply>, options: CallOptions): Promise<Reply> {
    return this.#guest.askAside(question, options);
  }

  /** As {@link GuestAccess.stream}. */
  stream<Event>(
    question: (agent: GuestAgent) => AsyncIterable<Event>,
    options: CallOptions,
  ): AsyncGenerator<Event> {
    return this.#guest.stream(question, options);
  }

  /** As {@link GuestAccess.connectToPort}. */
  connectToPort(port: number, options: CallOptions): Promise<Duplex> {
    return this.#guest.connectToPort(port, options);
  }

  /** What a capture would cost now. Throws `sandbox_dead`. */
  assessCapture(options: CallOptions): Promise<CaptureOutlook> {
    return this.#fate.command((machine) => machine.assessCapture(options));
  }

  /** Why it cannot be captured live, or undefined when it can. Throws `sandbox_dead`. */
  findLiveBlocker(options: CallOptions): Promise<string | undefined> {
    return this.#fate.command((machine) => machine.findLiveBlocker(options));
  }

  /** What it takes of the host; the guest does not notice. Throws `sandbox_dead`. */
  measure(): Promise<MachineUsage> {
    return this.#fate.command((machine) => machine.measure());
  }

  /** How many pages it has written itself; also while it is captured. Throws `sandbox_dead`. */
  countPrivatePages(options: CallOptions): Promise<number> {
    return this.#fate.command((machine) => machine.countPrivatePages(this.record.memoryMib, options));
  }

  /**
   * Takes memory, device state and disk of one instant, as {@link Machine.capture} does. Throws `sandbox_dead`,
   * `capture_failed`, `machine_stuck`, `disk_full`, `cancelled`.
   */
  async capture(spec: CaptureSpec, options: CallOptions): Promise<CaptureReport> {
    using _use = this.#guest.activity.use();
    using _turn = await this.#switch.takeTurn(options);
    const onResume = (pause: CapturePause): void => {
      if (!this.isPaused) void this.#link.catchUp();
      spec.onResume?.(pause);
    };
    return await this.#fate.command((machine) => machine.capture({ ...spec, onResume }, options));
  }

  /**
   * Stops the vCPUs, behind a capture that is under way, and gives whether they ran. What was asked of the guest goes on
   * when it is resumed. Throws `sandbox_dead`, `vmm_failed`, `disk_full`, `cancelled`; it runs on then.
   */
  pause(options: CallOptions): Promise<boolean> {
    return this.#fate.command(() => this.#switch.pause(options));
  }

  /**
   * Lets the vCPUs run, with the wall clock set, and gives whether they stood still. Throws `sandbox_dead`,
   * `machine_stuck`, `disk_full`, `cancelled`; it stays paused then.
   */
  resume(options: CallOptions): Promise<boolean> {
    return this.#guest.activity.track(() => this.#fate.command(() => this.#switch.resume(options)));
  }

  /**
   * Has it go on without a process: what it is resumed of is on disk, with the record that is given, when its process
   * ends. Throws `sandbox_dead`, `capture_failed`, `disk_full`, `cancelled`; it is as it was then.
   */
  async suspend(options: CallOptions): Promise<KeptRecord> {
    await this.#fate.command((machine) => {
      const { directory } = this.#parts;
      const parts = {
        machine,
        directory,
        record: this.#record,
        fate: this.#fate,
        ending: this.#ending.signal,
      };
      return this.#switch.end(() => leaveProcess(parts, options), options);
    });
    return this.#record;
  }

  /** Changes what is known of it, also for the next daemon. Throws `sandbox_dead`, `disk_full`. */
  async update(changes: Parameters<KeptRecord["change"]>[0]): Promise<void> {
    await this.#guest.activity.track(() => this.#fate.command(() => this.#record.change(changes)));
  }

  /**
   * Puts other limits in force, all or none; what its record says of them is for {@link update}. Throws
   * `memory_limit_unavailable`, `limit_unavailable`, `sandbox_dead`, `cancelled`.
   */
  async limit(change: LimitsChange, options: CallOptions): Promise<void> {
    const { group } = this.#parts;
    await this.#fate.command((machine) => changeLimits(machine, group, change, options));
  }

  /**
   * Changes what its guest may reach, also for the next daemon; it is as it was where that fails. Throws `no_network`,
   * `network_failed`, `sandbox_dead`, `disk_full`, `cancelled`.
   */
  async setEgress(egress: EgressPolicy, options: CallOptions): Promise<void> {
    const { id, network: known } = this.record;
    if (!this.network) throw new ForkdError("no_network", { id });
    await this.network.setEgress(egress, options);
    try {
      await this.update(({ network }) => ({ network: { ...network, egress } }));
    } catch (error) {
      await this.network.setEgress(known.egress, { signal: NEVER });
      throw error;
    }
  }

  /** Remembers, also for the next daemon, that it was branched into a snapshot in this directory. */
  async noteBranch(directory: string): Promise<void> {
    await this.#record.noteBranch(directory);
  }

  describe(): SandboxInfo {
    const { death, isSuspended } = this.#fate;
    if (isSuspended) return describeSandbox({ ...this.record, pid: null }, { status: "suspended" });
    const { netns = null, address = null, linkAddress = null } = this.network ?? {};
    const status = this.isPaused ? "paused" : "running";
    const reached = { netns, guest_addr: address, link_addr: linkAddress };
    if (!death) return describeSandbox(this.record, { status, ...reached });
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
}
