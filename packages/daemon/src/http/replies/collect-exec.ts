import type { ExecResult } from "@forkd/contract";
import { ForkdError } from "@forkd/contract";
import type { GuestProcessEvent, GuestProcessExit } from "@forkd/core";
import { exitCodeOf } from "./exit-code.ts";

/** Output up to a limit; what is over it is dropped, and `truncated` says so. */
class BoundedOutput {
  truncated = false;
  readonly #chunks: Buffer[] = [];
  #room: number;

  constructor(limitBytes: number) {
    this.#room = limitBytes;
  }

  add(data: Buffer): void {
    const kept = data.subarray(0, this.#room);
    this.#room -= kept.length;
    if (kept.length > 0) this.#chunks.push(kept);
    this.truncated ||= kept.length < data.length;
  }

  toString(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

const STARTED: Omit<ExecResult, "pid"> = {
  stdout: "",
  stderr: "",
  exit_code: 0,
  signal: null,
  timed_out: false,
  truncated: false,
  running: true,
  duration_ms: 0,
  next_offset: null,
};

/** Waits until a detached command runs, and leaves it. */
export async function startExec(events: AsyncIterable<GuestProcessEvent>): Promise<ExecResult> {
  for await (const event of events) if (event.type === "start") return { ...STARTED, pid: event.pid };
  throw new ForkdError("agent_protocol", { why: "a command's output ended without its start" });
}

/** Runs a command's events to their end, and gives them as one result; of a lossless one, a piece. */
export async function collectExec(
  events: AsyncIterable<GuestProcessEvent>,
  limitBytes: number,
): Promise<ExecResult> {
  const output = { stdout: new BoundedOutput(limitBytes), stderr: new BoundedOutput(limitBytes) };
  let pid = 0;
  for await (const event of events) {
    if (event.type === "start") pid = event.pid;
    else if ("data" in event) output[event.type].add(event.data);
    else {
      return {
        ...(event.type === "exit" ? describeEnd(event) : { ...STARTED, next_offset: event.offset }),
        stdout: String(output.stdout),
        stderr: String(output.stderr),
        truncated: output.stdout.truncated || output.stderr.truncated,
        pid,
      };
    }
  }
  throw new ForkdError("agent_protocol", { why: "a command's output ended without its exit" });
}

function describeEnd(exit: GuestProcessExit): Omit<ExecResult, "pid"> {
  return {
    ...STARTED,
    running: false,
    exit_code: exitCodeOf(exit),
    signal: exit.signal,
    timed_out: exit.timedOut,
    duration_ms: exit.durationMs,
  };
}
