import { spawn } from "node:child_process";
import type { ErrorReply } from "../api.gen.ts";
import { ForkdApiError } from "../errors.ts";
import { fromWire } from "../wire.ts";

/** How much of what the program says is kept, in characters. */
const KEPT_OUTPUT = 65_536;

interface ProgramEnd {
  readonly status: number | null;
  readonly stderr: string;
}

/**
 * Has the command line start the daemon of a socket: it knows how, waits while the daemon starts, and of many that ask
 * at once one starts it. Throws `daemon_unreachable` when there is no such program.
 */
export async function startDaemon(command: string, socketPath: string): Promise<void> {
  const { status, stderr } = await run(command, [
    "daemon",
    "start",
    "--json",
    "--daemon-url",
    `unix:${socketPath}`,
  ]).catch((error: unknown) => {
    throw noProgram(command, socketPath, error);
  });
  if (status !== 0) throw describeFailure(command, stderr);
}

function run(command: string, args: readonly string[]): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-KEPT_OUTPUT);
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stderr }));
  });
}

function noProgram(command: string, socketPath: string, cause: unknown): ForkdApiError {
  const { code = "" } = cause as NodeJS.ErrnoException;
  const error = `no forkd daemon answers at unix:${socketPath}, and ${command} cannot be run to start one (${code})`;
  const hint =
    "put forkd on PATH or name it with FORKD_COMMAND; or name a daemon that runs elsewhere with FORKD_URL";
  return new ForkdApiError(0, { error, code: "daemon_unreachable", hint }, { cause });
}

/** The last line of the program is the error as the wire writes it. */
function describeFailure(command: string, stderr: string): ForkdApiError {
  const lines = stderr.trimEnd().split("\n");
  try {
    const reply = fromWire(JSON.parse(lines.at(-1) ?? "")) as ErrorReply;
    if (typeof reply.error === "string") return new ForkdApiError(0, reply);
  } catch {
    // It is no program of ours, or died of something that it could not tell; its own words follow.
  }
  const error = `${command} daemon start failed: ${lines.slice(-12).join("\n")}`;
  const hint = `run it by hand: ${command} daemon start`;
  return new ForkdApiError(0, { error, code: "daemon_start_failed", hint });
}
