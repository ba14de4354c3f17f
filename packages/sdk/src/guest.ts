import type { Duplex } from "node:stream";
import type {
  EvalEvent,
  EvalResult,
  ExecRequest,
  ExecResult,
  GuestTasks,
  Ping,
  ProcessExit,
  PortWaitRequest,
  ProcessInfo,
  ResizeRequest,
} from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import { collectEvaluation, decodeEvalEvents, toEvalRequest } from "./evaluation.ts";
import type { EvalListeners, EvalOptions } from "./evaluation.ts";
import { decodeExecEvents } from "./exec-events.ts";
import type { ExecEvent } from "./exec-events.ts";
import type { CallOptions } from "./options.ts";
import type { FetchPortOptions } from "./ports/fetch-port.ts";
import type { ForwardOptions, PortForward } from "./ports/port-forward.ts";
import { SandboxProcess } from "./sandbox-process.ts";
import type { AttachOptions, StdinOptions } from "./sandbox-process.ts";
import type { RawBody } from "./transport/transport.ts";

/** How a command runs. Without `timeoutSecs` it may take as long as it likes; an abort of `signal` ends it. */
export type ExecOptions = Omit<ExecRequest, "args" | "detach" | "lossless"> & CallOptions;
export type ExecStreamOptions = ExecOptions & Pick<ExecRequest, "detach" | "lossless">;
export type SpawnOptions = Omit<ExecOptions, "maxOutputBytes"> & Pick<ExecRequest, "lossless">;

/** What is asked of the guest of a sandbox: its commands, its code and its ports. */
export abstract class Guest {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Of the sandbox, or its name. */
  abstract get id(): string;

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

  /** The commands that were run by exec, those that have ended for a while too. */
  processes(options: CallOptions = {}): Promise<readonly ProcessInfo[]> {
    return this.#connection.call("listProcesses", this.#request(), options);
  }

  /** All processes of the guest but its kernel's, whoever started them, with CPU time and memory. */
  top(options: CallOptions = {}): Promise<GuestTasks> {
    return this.#connection.call("listTasks", this.#request(), options);
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

  #output(pid: number, { signal, ...query }: AttachOptions): AsyncIterable<unknown> {
    return this.#connection.lines("attach", { ...this.#process(pid), query }, { signal });
  }

  #process(pid: number): { params: { id: string; pid: number } } {
    return { params: { id: this.id, pid } };
  }

  #request(): { params: { id: string } };
  #request<Parts>(parts: Parts): { params: { id: string } } & Parts;
  #request(parts: object = {}): { params: { id: string } } {
    return { params: { id: this.id }, ...parts };
  }
}
