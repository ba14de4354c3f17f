import { basename } from "node:path";
import type { Readable } from "node:stream";
import { throwIfAborted } from "@forkd/core";
import { execa } from "execa";
import { programPath } from "./find-program.ts";
import { readLines } from "./read-lines.ts";

const GRACE_MS = 5_000;
const TAIL_LINES = 20;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

export interface CommandOptions {
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called with each line of stdout and stderr while the command runs. */
  readonly onLine?: (line: string) => void;
  /** Open file descriptors that the command gets as 3, 4 and so on. */
  readonly descriptors?: readonly number[];
  readonly timeoutMs?: number;
  /** What the command reads; else nothing. */
  readonly input?: string;
}

/** How a command ended. `tail` holds its last 20 lines of stdout and stderr. */
export interface CommandResult {
  readonly ok: boolean;
  /** In words, such as `status 100`, `SIGKILL`. */
  readonly ended: string;
  readonly stdout: string;
  readonly tail: readonly string[];
}

/**
 * Runs a program in a process group of its own. An abort sends SIGTERM to the group, SIGKILL 5 s later, waits for
 * the end and throws `cancelled`. Any other end is a result, also that of a program that cannot be started.
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const stage = `running ${basename(file)}`;
  throwIfAborted(options.signal, stage);
  const subprocess = execa(file, [...args], {
    // execa takes any descriptor; its types name only some.
    stdio: [
      options.input === undefined ? "ignore" : "pipe",
      "pipe",
      "pipe",
      ...((options.descriptors ?? []) as 3[]),
    ],
    all: true,
    buffer: { all: false, stdout: true, stderr: false },
    maxBuffer: { stdout: MAX_OUTPUT_BYTES },
    env: { LC_ALL: "C.UTF-8", PATH: programPath(), ...options.env },
    reject: false,
    cancelSignal: options.signal,
    killDescendants: true,
    forceKillAfterDelay: GRACE_MS,
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  });
  const tail: string[] = [];
  const [result] = await Promise.all([subprocess, followLines(subprocess.all, tail, options.onLine)]);
  throwIfAborted(options.signal, stage);
  return {
    ok: !result.failed,
    ended: describeEnd(result, options.timeoutMs),
    stdout: result.stdout ?? "",
    tail,
  };
}

async function followLines(
  stream: Readable | undefined,
  tail: string[],
  onLine: ((line: string) => void) | undefined,
): Promise<void> {
  if (stream === undefined) return;
  for await (const line of readLines(stream)) {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    onLine?.(line);
  }
}

function describeEnd(
  result: {
    exitCode?: number | undefined;
    signal?: string | undefined;
    timedOut: boolean;
    code?: string | undefined;
  },
  timeoutMs: number | undefined,
): string {
  if (result.timedOut) return `no end within ${timeoutMs} ms`;
  if (result.signal !== undefined) return result.signal;
  if (result.exitCode !== undefined) return `status ${result.exitCode}`;
  return result.code ?? "no start";
}
