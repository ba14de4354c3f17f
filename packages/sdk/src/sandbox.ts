import type { Duplex } from "node:stream";
import type {
  BranchInfo,
  BranchRequest,
  EvalEvent,
  EvalResult,
  ExecRequest,
  ExecResult,
  GuestTasks,
  Operations,
  Ping,
  ProcessExit,
  PortWaitRequest,
  ProcessInfo,
  ResizeRequest,
  SandboxForkRequest,
  SandboxInfo,
  SandboxMetrics,
  SandboxUpdate,
  SignedUrl,
  SignRequest,
} from "./api.gen.ts";
import { Contexts } from "./contexts.ts";
import type { Connection } from "./connection.ts";
import { isForkdApiError } from "./errors.ts";
import { collectEvaluation, decodeEvalEvents, toEvalRequest } from "./evaluation.ts";
import type { EvalListeners, EvalOptions } from "./evaluation.ts";
import { decodeExecEvents } from "./exec-events.ts";
import type { ExecEvent } from "./exec-events.ts";
import { Files } from "./files.ts";
import type { CallOptions, ProgressOptions } from "./options.ts";
import type { FetchPortOptions } from "./ports/fetch-port.ts";
import type { ForwardOptions, PortForward } from "./ports/port-forward.ts";
import { Ports } from "./ports/ports.ts";
import { groupSandboxes } from "./sandbox-group.ts";
import type { Group } from "./sandbox-group.ts";
import { SandboxProcess } from "./sandbox-process.ts";
import type { AttachOptions, StdinOptions } from "./sandbox-process.ts";
import type { RawBody } from "./transport/transport.ts";

/** How a command runs. Without `timeoutSecs` it may take as long as it likes; an abort of `signal` ends it. */
export type ExecOptions = Omit<ExecRequest, "args" | "detach" | "lossless"> & CallOptions;
export type ExecStreamOptions = ExecOptions & Pick<ExecRequest, "detach" | "lossless">;
export type SpawnOptions = Omit<ExecOptions, "maxOutputBytes"> & Pick<ExecRequest, "lossless">;
/** What is asked of a branch; `mode` says what the older `diff` and `live` said. */
export type BranchOptions = Omit<BranchRequest, "diff" | "live" | "measureDiff"> & ProgressOptions;
/** What is asked of a fork besides its source, and how it is followed. */
export type ForkOptions = SandboxForkRequest & ProgressOptions;
/** The children of one fork, by their index. Disposal ends all of them. */
export type SandboxGroup = Group<Sandbox>;
/** `since`: only samples behind this time, in seconds since 1970. */
export type MetricsOptions = NonNullable<Operations["metrics"]["request"]["query"]> & CallOptions;
/** For how long a URL is good, in seconds (an hour unless told, at most a week), and whose a file that is written is. */
export type SignUrlOptions = Omit<SignRequest, "path" | "access"> & CallOptions;
export type LogsOptions = NonNullable<Operations["logs"]["request"]["query"]> & CallOptions;

/** The limits of a sandbox that can be changed. */
export type LimitChanges = Pick<
  SandboxUpdate,
  | "memoryLimitMib"
  | "swapLimitMib"
  | "cpuLimit"
  | "taskLimit"
  | "diskReadBytesPerSec"
  | "diskWriteBytesPerSec"
  | "diskReadOpsPerSec"
  | "diskWriteOpsPerSec"
>;

const ID = /^sb_[0-9a-z]{16}$/;

/**
 * A handle on one machine. It may be dead: calls then throw `sandbox_dead`, or `sandbox_not_found` once it is
 * forgotten. Disposal ends the machine.
 *
 * @example
 * await using sandbox = (await forkd.sandboxes.fork("py-numpy"))[0]!;
 * const { stdout } = await sandbox.run("uname -r | cut -d. -f1");
 */
export class Sandbox implements AsyncDisposable {
  readonly files: Files;
  readonly contexts: Contexts;
  readonly ports: Ports;
  readonly #connection: Connection;
  readonly #reference: string;
  #info: SandboxInfo | undefined;

  constructor(connection: Connection, info: SandboxInfo | string) {
    this.#connection = connection;
    this.#info = typeof info === "string" ? undefined : info;
    this.#reference = typeof info === "string" ? info : info.id;
    this.files = new Files(connection, this);
    this.contexts = new Contexts(connection, this);
    this.ports = new Ports(connection, this);
  }

  /** Its id; of a handle made by {@link Sandboxes.at} of a name, that name until the daemon has told the id. */
  get id(): string {
    return this.#info?.id ?? this.#reference;
  }

  /** What was last heard of it. Throws for a handle made by {@link Sandboxes.at} before its first `refresh`. */
  get info(): SandboxInfo {
    if (this.#info === undefined) throw new Error(`nothing is known of ${this.id} yet: call refresh() first`);
    return this.#info;
  }

  /** Its name, as was last heard. Throws as {@link info} does. */
  get name(): string | null {
    return this.info.name;
  }

  /** Its labels, as was last heard. Throws as {@link info} does. */
  get labels(): Readonly<Record<string, string>> {
    return this.info.labels;
  }

  /** Asks the daemon about it again. */
  async refresh(options: CallOptions = {}): Promise<SandboxInfo> {
    this.#info = await this.#connection.call("getSandbox", this.#request(), options);
    return this.#info;
  }

  /** Runs a command and gives its whole output. A failing command is a result, not an error. */
  exec(args: readonly string[], { signal, ...rest }: ExecOptions = {}): Promise<ExecResult> {
    return this.#connection.call("exec", this.#request({ body: { args, ...rest } }), { signal });
  }

  /** Runs a line of shell: `exec(["sh", "-c", command])`. */
  run(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    return this.exec(["sh", "-c", command], options);
  }

  /** Runs a command and gives its output as it comes. Ending the iteration early kills it, unless `detach` is set. */
  execStream(args: readonly string[], { signal, ...rest }: ExecStreamOptions = {}): AsyncIterable<ExecEvent> {
    const lines = this.#connection.lines("exec", this.#request({ body: { args, ...rest } }), { signal });
    return decodeExecEvents(lines, (pid, fromOffset) => this.#output(pid, { fromOffset, signal }));
  }

  /**
   * Starts a command that runs by itself, and gives a handle on it once it runs. It outlives its output's readers, this
   * client and the daemon, and ends with the handle's disposal unless it was detached.
   *
   * @example
   * await using job = await sandbox.spawn(["make", "test"]);
   * const { exitCode } = await job.wait();
   */
  async spawn(args: readonly string[], { signal, ...rest }: SpawnOptions = {}): Promise<SandboxProcess> {
    const request = this.#request({ body: { args, ...rest, detach: true } });
    const { pid } = await this.#connection.call("exec", request, { signal });
    return new SandboxProcess(this, pid, { isDetached: false });
  }

  /** A handle on a command that was spawned before, here or elsewhere. Its disposal leaves the command running. */
  process(pid: number): SandboxProcess {
    return new SandboxProcess(this, pid, { isDetached: true });
  }

  /**
   * Re-attaches to a command: its buffered output or that from an offset on, then live. Ending the iteration leaves it
   * running. Throws `output_lost` when what comes at `fromOffset` is kept no more.
   *
   * @example
   * for await (const event of sandbox.attach(pid, { fromOffset })) if ("data" in event) fromOffset = event.nextOffset!;
   */
  attach(pid: number, options: AttachOptions = {}): AsyncIterable<ExecEvent> {
    const { signal } = options;
    return decodeExecEvents(this.#output(pid, options), (_, fromOffset) =>
      this.#output(pid, { fromOffset, signal }),
    );
  }

  /** Waits until a command has ended. Its output stays for those who read it. */
  waitFor(pid: number, options: CallOptions = {}): Promise<ProcessExit> {
    return this.#connection.call("waitForProcess", this.#process(pid), options);
  }

  /**
   * Evaluates code in a warm interpreter. An exception of the code is in `error`; it is not thrown. Throws
   * `context_not_found`, `interpreter_unavailable`.
   */
  eval(
    code: string,
    { onStdout, onStderr, onResult, ...options }: EvalOptions & EvalListeners = {},
  ): Promise<EvalResult> {
    const listeners = { onStdout, onStderr, onResult };
    if (Object.values(listeners).some((listener) => listener !== undefined))
      return collectEvaluation(this.evalStream(code, options), listeners);
    const { signal, ...rest } = options;
    return this.#connection.call("eval", this.#request({ body: toEvalRequest(code, rest) }), { signal });
  }

  /**
   * Evaluates code and gives its output and results as they come, then the rest of its result. Ending the iteration early
   * interrupts the code. Throws as {@link eval} does, and `agent_outdated`.
   */
  evalStream(code: string, { signal, ...rest }: EvalOptions = {}): AsyncIterable<EvalEvent> {
    const request = this.#request({ body: toEvalRequest(code, rest) });
    return decodeEvalEvents(this.#connection.lines("eval", request, { signal }));
  }

  /** Asks the guest's agent how it is. */
  ping(options: CallOptions = {}): Promise<Ping> {
    return this.#connection.call("ping", this.#request(), options);
  }

  /** The console, or what the VMM said, as it comes. */
  async logs({ signal, ...query }: LogsOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    return (await this.#connection.download("logs", this.#request({ query }), { signal })).body;
  }

  /** The commands that were run by exec, those that have ended for a while too. */
  processes(options: CallOptions = {}): Promise<readonly ProcessInfo[]> {
    return this.#connection.call("listProcesses", this.#request(), options);
  }

  /** All processes of the guest but its kernel's, whoever started them, with CPU time and memory. */
  top(options: CallOptions = {}): Promise<GuestTasks> {
    return this.#connection.call("listTasks", this.#request(), options);
  }

  /**
   * What the machine uses: CPU, memory and disk of the host, now and over the last two hours, and what its guest says.
   * With `guest: false` the guest is not asked, and goes on idling.
   *
   * @example const { now, guest } = await sandbox.metrics();
   */
  metrics({ signal, ...query }: MetricsOptions = {}): Promise<SandboxMetrics> {
    return this.#connection.call("metrics", this.#request({ query }), { signal });
  }

  /**
   * Feeds a command that was started with `stdinStream`. The end of `content` closes its standard input, unless there is
   * `more` to come.
   */
  async writeStdin(pid: number, content: RawBody, { signal, ...query }: StdinOptions = {}): Promise<void> {
    await this.#connection.upload("writeStdin", { ...this.#process(pid), query }, content, { signal });
  }

  /** Sends a signal such as `SIGTERM` to a command's process group; with `group: false` to the process alone. */
  async signal(
    pid: number,
    name: string,
    { signal, group = true }: CallOptions & { readonly group?: boolean } = {},
  ): Promise<void> {
    const request = { ...this.#process(pid), body: { signal: name, group } };
    await this.#connection.call("signalProcess", request, { signal });
  }

  /** Resizes a command's terminal. */
  async resize(pid: number, size: ResizeRequest, options: CallOptions = {}): Promise<void> {
    await this.#connection.call("resizeTerminal", { ...this.#process(pid), body: size }, options);
  }

  /** Waits until something listens on a port of the guest. Throws `port_timeout` after `timeoutSecs`, 60 unless told. */
  async waitForPort(port: number, { signal, ...body }: PortWaitRequest & CallOptions = {}): Promise<void> {
    const request = { params: { id: this.id, port }, body };
    await this.#connection.call("waitForPort", request, { signal });
  }

  /**
   * A connection to a port of the guest: a stream that is read and written, each way with an end of its own. Its owner
   * ends it. Throws `port_refused`, `port_timeout`, `too_many_connections`. Only in Node, as {@link forward} and
   * {@link fetch}.
   *
   * @example
   * const stream = await sandbox.connect(5432);
   * const client = new pg.Client({ stream: () => stream, user: "postgres" });
   */
  connect(port: number, options: CallOptions = {}): Promise<Duplex> {
    return this.#connection.openTunnel({ id: this.id, port }, options);
  }

  /**
   * A listener of this process that leads to a port of the guest, until it is disposed of.
   *
   * @example
   * await using forward = await sandbox.forward(8080);
   * const page = await fetch(`http://${forward.address}/`);
   */
  async forward(port: number, options: ForwardOptions = {}): Promise<PortForward> {
    const { PortForward } = await import("#port-forward");
    return PortForward.open((bounds) => this.connect(port, bounds), options);
  }

  /** Asks a web server in the guest. Redirects are not followed. Throws as {@link connect} does. */
  async fetch(port: number, path: string, options: FetchPortOptions = {}): Promise<Response> {
    const { fetchPort } = await import("#fetch-port");
    return fetchPort(await this.connect(port, options), port, path, options);
  }

  /**
   * A URL by which a file can be read for a while, by GET and without anything else: the path and the query of any address
   * of the daemon. The file need not be there yet.
   *
   * @example const { url } = await sandbox.downloadUrl("/root/report.pdf", { expiresSecs: 600 });
   */
  downloadUrl(path: string, { signal, ...rest }: SignUrlOptions = {}): Promise<SignedUrl> {
    const body = { path, access: "read" as const, ...rest };
    return this.#connection.call("signFileUrl", this.#request({ body }), { signal });
  }

  /** The same for a file that is to be written, by PUT; `user` is whose it is then. */
  uploadUrl(path: string, { signal, ...rest }: SignUrlOptions = {}): Promise<SignedUrl> {
    const body = { path, access: "write" as const, ...rest };
    return this.#connection.call("signFileUrl", this.#request({ body }), { signal });
  }

  /**
   * Makes a snapshot of this machine, which runs on. With `wait: false` it resolves as soon as the machine runs again,
   * while the snapshot is still written: see its `jobId`. Throws `snapshot_exists`, `branch_busy`,
   * `branch_in_progress`, `live_unavailable`, `capture_failed` and others; nothing is kept then.
   *
   * @example const { tag, pauseMs } = await sandbox.branch({ tag: "before-migration" });
   */
  branch({ signal, onProgress, ...body }: BranchOptions = {}): Promise<BranchInfo> {
    return this.#connection.call("branchSandbox", this.#request({ body }), { signal, onProgress });
  }

  /**
   * Forks `n` children from this machine as it is now; it runs on. Throws as {@link branch} and
   * {@link Sandboxes.fork} do.
   *
   * @example await using children = await sandbox.fork({ n: 5 });
   */
  async fork({ signal, onProgress, ...body }: ForkOptions = {}): Promise<SandboxGroup> {
    const infos = await this.#connection.call("forkSandbox", this.#request({ body }), { signal, onProgress });
    return groupSandboxes(infos.map((info) => new Sandbox(this.#connection, info)));
  }

  /**
   * Changes its name, its labels (null takes one away, or all), its limits, or when it ends. Throws `name_taken`, and
   * `invalid_request` when nothing is to be changed.
   *
   * @example await sandbox.update({ name: "web", labels: { team: "shop", draft: null } });
   */
  async update({ signal, ...body }: SandboxUpdate & CallOptions): Promise<SandboxInfo> {
    this.#info = await this.#connection.call("updateSandbox", this.#request({ body }), { signal });
    return this.#info;
  }

  /**
   * Changes its limits while it runs; null takes one away, and all that is not told stays as it is. Where one cannot be put
   * in force none is changed. Throws `memory_limit_too_small`, `memory_limit_unavailable`, `task_limit_too_small`,
   * `limit_unavailable`.
   *
   * @example await sandbox.modify({ cpuLimit: 0.5, diskWriteBytesPerSec: 10 * 1024 ** 2 });
   */
  modify(limits: LimitChanges & CallOptions): Promise<SandboxInfo> {
    return this.update(limits);
  }

  /** Has it end so many seconds from now; null: never by itself. */
  setTimeout(secs: number | null, options: CallOptions = {}): Promise<SandboxInfo> {
    return this.update({ ttlSecs: secs, ...options });
  }

  /**
   * Lets the machine stand still until it is resumed; its memory and what runs in it are kept, and streams stay open.
   * Calls that need its guest throw `sandbox_paused`, unless it was forked with `autoResume`.
   */
  async pause(options: CallOptions = {}): Promise<SandboxInfo> {
    this.#info = await this.#connection.call("pauseSandbox", this.#request(), options);
    return this.#info;
  }

  /**
   * Puts the machine on disk until it is resumed: it has no process then, takes no place among those that run, and outlives
   * the host's reboot. What runs in it goes on where it was; streams that were open end with `sandbox_suspended`. Throws
   * `disk_full`, `base_gone`, `capture_failed`; it runs on then.
   */
  async suspend(options: CallOptions = {}): Promise<SandboxInfo> {
    this.#info = await this.#connection.call("suspendSandbox", this.#request(), options);
    return this.#info;
  }

  /**
   * Lets it run again, with its clock set. Does nothing when it runs. One that is suspended takes a place: throws
   * `sandbox_quota`, `suspended_state_damaged`, `resume_failed`; it stays suspended then.
   */
  async resume(options: CallOptions = {}): Promise<SandboxInfo> {
    this.#info = await this.#connection.call("resumeSandbox", this.#request(), options);
    return this.#info;
  }

  /** Ends the machine. Does nothing when it is gone already; throws `sandbox_not_found` for a name that none has. */
  async kill(options: CallOptions = {}): Promise<void> {
    // A name may mean another machine by the time of the disposal.
    if (!ID.test(this.id)) await this.refresh(options);
    try {
      await this.#connection.call("killSandbox", this.#request(), options);
    } catch (error) {
      if (!isForkdApiError(error) || error.code !== "sandbox_not_found") throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  #request(): { params: { id: string } };
  #request<Parts>(parts: Parts): { params: { id: string } } & Parts;
  #request(parts: object = {}): { params: { id: string } } {
    return { params: { id: this.id }, ...parts };
  }

  #output(pid: number, { signal, ...query }: AttachOptions): AsyncIterable<unknown> {
    return this.#connection.lines("attach", { ...this.#process(pid), query }, { signal });
  }

  #process(pid: number): { params: { id: string; pid: number } } {
    return { params: { id: this.id, pid } };
  }
}
