import type { GuestCommand, GuestProcessEvent } from "@forkd/core";

/** A command for `sh -c` with nothing special about it. */
export function shell(script: string, more: Partial<GuestCommand> = {}): GuestCommand {
  const args = ["sh", "-c", script];
  return { args, env: {}, stdin: "none", pty: null, timeoutMs: 10_000, detach: false, ...more };
}

/** What a command that has ended gave. */
export interface Outcome {
  stdout: string;
  stderr: string;
  exit: GuestProcessEvent & { type: "exit" };
}

/** Reads a command's events to the end. */
export async function finish(events: AsyncIterable<GuestProcessEvent>): Promise<Outcome> {
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let exit: Outcome["exit"] | undefined;
  for await (const event of events) {
    if (event.type === "exit") exit = event;
    else if ("data" in event) output[event.type].push(event.data);
  }
  if (exit === undefined) throw new Error("the command's stream ended without an exit");
  return {
    stdout: Buffer.concat(output.stdout).toString(),
    stderr: Buffer.concat(output.stderr).toString(),
    exit,
  };
}

/** Reads up to the first output, and gives the pid. */
export async function untilOutput(events: AsyncIterator<GuestProcessEvent>): Promise<number> {
  let pid = 0;
  for (;;) {
    const { value, done } = await events.next();
    if (done === true) throw new Error("the command ended without output");
    if (value.type === "start") ({ pid } = value);
    if (value.type === "stdout") return pid;
  }
}
