import type { Operations, ProcessExit, ResizeRequest } from "./api.gen.ts";
import { isForkdApiError } from "./errors.ts";
import type { ExecEvent, ExecOutput } from "./exec-events.ts";
import type { CallOptions } from "./options.ts";
import type { RawBody } from "./transport/transport.ts";

/** `fromOffset`: begin behind so many bytes of output, where an earlier reader left off. */
export type AttachOptions = NonNullable<Operations["attach"]["request"]["query"]> & CallOptions;
/** `more`: standard input stays open for what comes later. */
export type StdinOptions = NonNullable<Operations["writeStdin"]["request"]["query"]> & CallOptions;

/** How long disposal waits after SIGTERM before it sends SIGKILL. */
const GRACE_MS = 2000;
const GONE: readonly string[] = ["guest_process_not_found", "sandbox_not_found", "sandbox_dead"];

/** The calls of a sandbox that a handle on one of its commands makes. */
export interface ProcessCalls {
  attach(pid: number, options: AttachOptions): AsyncIterable<ExecEvent>;
  waitFor(pid: number, options: CallOptions): Promise<ProcessExit>;
  signal(pid: number, name: string, options: CallOptions): Promise<void>;
  writeStdin(pid: number, content: RawBody, options: StdinOptions): Promise<void>;
  resize(pid: number, size: ResizeRequest, options: CallOptions): Promise<void>;
}

/**
 * A handle on a command that runs by itself: see `Sandbox.spawn`. The guest keeps the last 256 KiB of output that
 * nobody has read, so the command never waits for a reader; one that is spawned `lossless` does, and loses nothing.
 * Disposal ends it, unless it was detached.
 *
 * @example
 * await using server = await sandbox.spawn(["python3", "-m", "http.server"]);
 * for await (const { data } of server.output()) if (new TextDecoder().decode(data).includes("Serving")) break;
 */
export class SandboxProcess implements AsyncDisposable {
  /** Its process id in the guest: `sandbox.process(pid)` is a handle on it too, also in another program. */
  readonly pid: number;
  readonly #sandbox: ProcessCalls;
  #isDetached: boolean;

  constructor(sandbox: ProcessCalls, pid: number, { isDetached }: { readonly isDetached: boolean }) {
    this.#sandbox = sandbox;
    this.pid = pid;
    this.#isDetached = isDetached;
  }

  /**
   * What it wrote and is not forgotten, or all behind `fromOffset`, then what it writes, until it ends. Ending the
   * iteration leaves it running. Any number of readers may follow it; one that is slow makes it wait. What a lossless one
   * wrote is kept until a reader has gone on behind it, which should then be the only one.
   */
  async *output(options: AttachOptions = {}): AsyncGenerator<ExecOutput, void, undefined> {
    for await (const event of this.#sandbox.attach(this.pid, options)) {
      if (event.type === "stdout" || event.type === "stderr") yield event;
    }
  }

  /** Waits until it has ended. Throws `guest_process_not_found` once 64 newer ones have ended too. */
  wait(options: CallOptions = {}): Promise<ProcessExit> {
    return this.#sandbox.waitFor(this.pid, options);
  }

  /** Sends a signal to its process group. Does nothing when it has ended. */
  async kill(name = "SIGTERM", options: CallOptions = {}): Promise<void> {
    await ignoringGone(this.#sandbox.signal(this.pid, name, options));
  }

  /** Feeds its standard input, if it was spawned with `stdinStream`. The end of `content` closes it, unless there is `more`. */
  writeStdin(content: RawBody, options: StdinOptions = {}): Promise<void> {
    return this.#sandbox.writeStdin(this.pid, content, options);
  }

  /** Resizes its terminal, if it was spawned with `pty`. */
  resize(size: ResizeRequest, options: CallOptions = {}): Promise<void> {
    return this.#sandbox.resize(this.pid, size, options);
  }

  /** Lets it outlive this handle, and gives its pid. */
  detach(): number {
    this.#isDetached = true;
    return this.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDetached) return;
    await this.kill();
    if (await this.#endsWithin(GRACE_MS)) return;
    await this.kill("SIGKILL");
    await this.#endsWithin(GRACE_MS);
  }

  async #endsWithin(ms: number): Promise<boolean> {
    const signal = AbortSignal.timeout(ms);
    try {
      await ignoringGone(this.wait({ signal }));
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }
}

async function ignoringGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isForkdApiError(error) || !GONE.includes(error.code)) throw error;
  }
}
