import type { ProcessInfo } from "./api.gen.ts";
import { collectCommand } from "./collect-command.ts";
import type { CommandListeners, CommandResult } from "./collect-command.ts";
import type { ExecEvent } from "./exec-events.ts";
import type { CallOptions } from "./options.ts";
import type { SandboxProcess } from "./sandbox-process.ts";

/** How long a command that is waited for may take unless told: a minute, as in E2B's client. */
const DEFAULT_TIMEOUT_MS = 60_000;

interface StartOptions extends CallOptions {
  readonly envs?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  readonly user?: string | undefined;
}

/** How a command is run that is waited for. */
export interface RunOptions extends StartOptions, CommandListeners {
  readonly background?: false | undefined;
  /** It is ended after so many ms; 0: never. Default: a minute. */
  readonly timeoutMs?: number | undefined;
}

/** How a command is run that is not waited for. */
export interface BackgroundOptions extends StartOptions {
  readonly background: true;
  /** Whether it is fed by its handle. */
  readonly stdin?: boolean | undefined;
}

type CallStart = Omit<StartOptions, "envs"> & { readonly env?: Readonly<Record<string, string>> | undefined };

/** The calls of a sandbox that these are made of. */
export interface CommandCalls {
  execStream(
    args: readonly string[],
    options: CallStart & { readonly timeoutSecs?: number | undefined },
  ): AsyncIterable<ExecEvent>;
  spawn(
    args: readonly string[],
    options: CallStart & { readonly stdinStream?: boolean | undefined },
  ): Promise<SandboxProcess>;
  process(pid: number): SandboxProcess;
  processes(options?: CallOptions): Promise<readonly ProcessInfo[]>;
}

/** Commands of one sandbox in the words of E2B's client, on top of `exec`, `spawn` and the rest. */
export class Commands {
  readonly #sandbox: CommandCalls;

  constructor(sandbox: CommandCalls) {
    this.#sandbox = sandbox;
  }

  /**
   * Runs a line of shell. A failing command is a result, not an error. With `background` it gives a handle as soon as the
   * command runs, which goes on when the handle is disposed of.
   *
   * @example const { stdout, exitCode } = await sandbox.commands.run("make test", { cwd: "/srv", onStdout: console.log });
   */
  run(command: string, options?: RunOptions): Promise<CommandResult>;
  run(command: string, options: BackgroundOptions): Promise<SandboxProcess>;
  async run(
    command: string,
    { envs, cwd, user, signal, ...rest }: RunOptions | BackgroundOptions = {},
  ): Promise<CommandResult | SandboxProcess> {
    const args = ["/bin/sh", "-c", command];
    const start = { env: envs, cwd, user, signal };
    if (rest.background === true) {
      const child = await this.#sandbox.spawn(args, { ...start, stdinStream: rest.stdin });
      child.detach();
      return child;
    }
    const { timeoutMs = DEFAULT_TIMEOUT_MS, onStdout, onStderr } = rest;
    const timeoutSecs = timeoutMs === 0 ? undefined : Math.ceil(timeoutMs / 1000);
    return collectCommand(this.#sandbox.execStream(args, { ...start, timeoutSecs }), { onStdout, onStderr });
  }

  /** Those that were run, those that have ended for a while too. */
  list(options: CallOptions = {}): Promise<readonly ProcessInfo[]> {
    return this.#sandbox.processes(options);
  }

  /** A handle on one that runs in the background. */
  connect(pid: number): SandboxProcess {
    return this.#sandbox.process(pid);
  }

  /** Ends one at once. Does nothing when it has ended. */
  async kill(pid: number, options: CallOptions = {}): Promise<void> {
    await this.#sandbox.process(pid).kill("SIGKILL", options);
  }

  /** Feeds one that was run with `stdin`, which goes on waiting for more. */
  async sendStdin(pid: number, data: string | Uint8Array, options: CallOptions = {}): Promise<void> {
    await this.#sandbox.process(pid).writeStdin(data, { ...options, more: true });
  }
}
