import type { Readable } from "node:stream";
import type { Duplex } from "node:stream";
import type { ContextInfo, EvalEvent, EvalResult, Ping } from "@forkd/contract";
import type { GuestFiles } from "./guest-files.ts";
import type { GuestTcp } from "./guest-tcp.ts";
import type { GuestNetwork } from "./network.ts";
import type { CallOptions } from "./options.ts";

/** What makes a child a machine of its own: applied before it serves its first request. */
export interface ForkIdentity {
  readonly sandboxId: string;
  readonly childIndex: number;
  readonly hostname: string;
  /** 32 hex digits, as in `/etc/machine-id`. */
  readonly machineId: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly files: readonly { path: string; content_base64: string; mode: string }[];
  /** What it is on its network, if it is in one. */
  readonly network?: GuestNetwork | undefined;
}

export interface ForkReport {
  /** The guest's wall clock less the host's, in ms, and the bound of its error. */
  readonly clockOffsetMs: number;
  readonly clockErrorMs: number;
  /** What was reseeded: `kernel`, and the interpreters that were running. */
  readonly reseeded: readonly string[];
  /** Contexts that ended instead, since they did not answer. Their next call is told. */
  readonly ended: readonly { readonly context: string; readonly why: string }[];
  readonly hooks: readonly { name: string; exit_code: number }[];
}

export interface GuestCommand {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  readonly user?: string | undefined;
  readonly stdin: "none" | "stream";
  readonly pty: { cols: number; rows: number } | null;
  /** 0: none. */
  readonly timeoutMs: number;
  readonly detach: boolean;
  /** It waits until its output was received: asked for from behind that. */
  readonly lossless?: boolean;
  /** Its output goes to the machine's console as well, as far as a console can take it. */
  readonly console?: boolean;
  /** False: it is among the guest's processes for nobody but who reads its events. */
  readonly listed?: boolean;
}

export type GuestProcessEvent =
  | {
      readonly type: "start";
      readonly pid: number;
      /** Bytes of output before this that are lost. */
      readonly dropped: number;
      /** How much it had written before what follows. An older agent does not say. */
      readonly offset?: number | undefined;
    }
  | { readonly type: "stdout" | "stderr"; readonly data: Buffer }
  | GuestProcessExit
  /** The last event of a piece of a lossless command's output, in place of the exit. The next begins at the offset. */
  | { readonly type: "more"; readonly offset: number };

export interface GuestProcessExit {
  readonly type: "exit";
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly durationMs: number;
}

export interface GuestProcess {
  readonly pid: number;
  readonly args: readonly string[];
  readonly running: boolean;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** What follows an older agent does not tell. */
  readonly startedAtUnixMs: number | undefined;
  readonly user: string | undefined;
  readonly cwd: string | undefined;
  readonly pty: boolean | undefined;
  readonly lossless: boolean | undefined;
  readonly outputBytes: number | undefined;
  /** Since it last wrote something, or began. */
  readonly quietMs: number | undefined;
}

/** Those whose interpreters a warm-up starts. */
export type WarmLanguage = "python" | "node";
/** A shell starts as fast as it is asked. */
export type Language = WarmLanguage | "bash";
/** What a guest uses of what it was given. */
export interface GuestUsage {
  readonly memoryTotalBytes: number;
  /** What programs can still have, by giving up caches too. */
  readonly memoryAvailableBytes: number;
  readonly diskTotalBytes: number;
  readonly diskAvailableBytes: number;
  /** By all its interfaces but the loopback, since it booted. An older agent does not tell. */
  readonly networkReceivedBytes: number | undefined;
  readonly networkSentBytes: number | undefined;
  readonly processes: number;
}

/** A process of a guest, whoever started it. */
export interface GuestTask {
  readonly pid: number;
  readonly parentPid: number;
  readonly user: string;
  /** As proc(5) has it: `R`, `S`, `D`, `Z`, ... */
  readonly state: string;
  readonly cpuMs: number;
  readonly residentBytes: number;
  /** Its arguments, or its name in brackets; cut. */
  readonly command: string;
}

export interface GuestTasks {
  /** How many there are, of which the busiest are listed. */
  readonly total: number;
  readonly tasks: readonly GuestTask[];
}

export interface Evaluation {
  readonly language: Language;
  /** A context that was created; unless told, the interpreter that each language has for good. */
  readonly contextId?: string | undefined;
  readonly code: string;
  readonly mode: "auto" | "eval" | "run";
  readonly timeoutMs: number;
}

/** An interpreter with a state of its own. */
export interface ContextPlan {
  readonly id: string;
  readonly language: Language;
  readonly cwd?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

/** The interpreters of a guest beside each other. Throws `context_not_found`, and `agent_outdated` by an older agent. */
export interface GuestContexts {
  list(options: CallOptions): Promise<ContextInfo[]>;
  /** Returns once it is ready. Throws `too_many_contexts`, `interpreter_unavailable`, `guest_refused`. */
  create(plan: ContextPlan, options: CallOptions): Promise<ContextInfo>;
  restart(id: string, options: CallOptions): Promise<ContextInfo>;
  /** Whether something ran in it. */
  interrupt(id: string, options: CallOptions): Promise<boolean>;
  remove(id: string, options: CallOptions): Promise<void>;
}

/**
 * The agent of one guest. Everything that comes out of a guest is hostile: lengths, counts and names are bounded,
 * and what breaks the protocol is an `agent_protocol` error. Disposal closes the connection, not the guest.
 */
export interface GuestAgent extends GuestTcp, AsyncDisposable {
  /** Settles when the connection is lost. Never rejects. */
  readonly closed: Promise<void>;
  /** Lets no time pass for what was asked, until disposal: the guest stands still. */
  standStill(): Disposable;
  ping(options: CallOptions): Promise<Ping>;
  /** Applies the fork contract, its clock within 50 ms; throws when a point of it cannot be had. */
  fork(identity: ForkIdentity, options: CallOptions): Promise<ForkReport>;
  /** Ending the iteration early kills the command's process group, unless it is detached. */
  exec(command: GuestCommand, options: CallOptions): AsyncIterable<GuestProcessEvent>;
  /**
   * Output from a number of bytes on, or what is kept. Of a lossless command, a piece: to ask from an offset says that
   * what was before it has arrived. Throws `output_lost` when it is kept no more, `agent_outdated`.
   */
  attach(
    process: { readonly pid: number; readonly fromOffset?: number | undefined },
    options: CallOptions,
  ): AsyncIterable<GuestProcessEvent>;
  /** Settles when a command has ended, whoever reads its output. */
  waitForProcess(pid: number, options: CallOptions): Promise<GuestProcessExit>;
  listProcesses(options: CallOptions): Promise<GuestProcess[]>;
  /** The input's end closes the command's, unless `more` is to come: `agent_outdated` where that cannot be. */
  writeStdin(
    process: { readonly pid: number; readonly more?: boolean },
    input: Readable,
    options: CallOptions,
  ): Promise<void>;
  signal(pid: number, signal: string, group: boolean, options: CallOptions): Promise<void>;
  resize(pid: number, size: { cols: number; rows: number }, options: CallOptions): Promise<void>;
  /** What the guest uses. Throws `agent_outdated`. */
  measure(options: CallOptions): Promise<GuestUsage>;
  /** All processes of the guest but its kernel's. Throws `agent_outdated`. */
  listTasks(options: CallOptions): Promise<GuestTasks>;
  startInterpreter(language: WarmLanguage, options: CallOptions): Promise<void>;
  evaluate(evaluation: Evaluation, options: CallOptions): Promise<EvalResult>;
  /**
   * The same, with what the code gives as it comes; the last event is its end. Ending the iteration early interrupts the
   * code. Throws `agent_outdated` by an older agent.
   */
  evaluateStream(evaluation: Evaluation, options: CallOptions): AsyncIterable<EvalEvent>;
  readonly contexts: GuestContexts;
  readonly files: GuestFiles;
  /** For a guest that stood still: sets its wall clock to the host's, and has its kernel's random pool seeded anew. */
  wake(options: CallOptions): Promise<void>;
  /**
   * Takes the guest out of the network that it is in, resetting its connections, and into another, or none. Throws
   * `agent_outdated`.
   */
  setNetwork(network: GuestNetwork | undefined, options: CallOptions): Promise<void>;
  /** For a guest that runs on for long: has its wall clock, which drifts, keep the host's time without a jump. */
  keepClock(options: CallOptions): Promise<void>;
  /** Writes back dirty pages and trims free blocks, so that a snapshot is small. */
  sync(options: CallOptions): Promise<void>;
  /**
   * Takes the guest once through all that a fork and the first requests after it do, and leaves it, for its programs,
   * as it was: who it is, its environment, processes and names stay, no hook runs. What changes is the clock, and the
   * states of random generators. It belongs right behind `connect`, into a machine that is to be copied. Throws when
   * a program of the guest may have noticed; the machine is of no use as a pattern then.
   */
  rehearse(options: CallOptions): Promise<void>;
}

export interface GreetOptions extends CallOptions {
  /** How long the agent may take to answer the first line. Unless told, as long as a guest may take to boot. */
  readonly answerMs?: number;
}

/** Makes an agent of a byte stream, by the resync handshake. */
export interface GuestConnector {
  connect(stream: Duplex, options: CallOptions): Promise<GuestAgent>;
  /** `connect` and `fork` in one round trip, for a child that was just restored. */
  connectAndFork(
    stream: Duplex,
    identity: ForkIdentity,
    options: GreetOptions,
  ): Promise<{ agent: GuestAgent; report: ForkReport }>;
  /** `connect` and `rehearse`, with the first bytes that `connectAndFork` sends. */
  connectAndRehearse(stream: Duplex, options: CallOptions): Promise<GuestAgent>;
}
