import type { ExecExit, ExecOptions, Sandbox } from "@forkd/sdk";
import { printNote, writeRaw } from "../output/print.ts";
import { EXIT } from "../exit-codes.ts";
import { joinInput } from "./join-input.ts";
import { openTerminal } from "./terminal.ts";

/** A command for the guest, and how it is joined to our own input and terminal. */
export interface GuestRun extends Pick<ExecOptions, "env" | "cwd" | "user" | "timeoutSecs"> {
  readonly args: readonly string[];
  readonly input: "none" | "forward" | "terminal";
}

/** Runs a command in the guest as if it ran here, and gives the exit status to end with. */
export async function runInGuest(sandbox: Sandbox, run: GuestRun, signal: AbortSignal): Promise<number> {
  const { args, input, ...request } = run;
  using cleanup = new DisposableStack();
  const failure = new AbortController();
  const terminal = input === "terminal" ? cleanup.use(openTerminal()) : undefined;
  const events = sandbox.execStream(args, {
    ...request,
    pty: terminal?.size ?? null,
    stdinStream: input !== "none",
    signal: AbortSignal.any([signal, failure.signal]),
  });
  for await (const event of events) {
    switch (event.type) {
      case "start":
        if (input !== "none")
          cleanup.use(
            joinInput(sandbox, event.pid, { terminal, onFailure: (error) => failure.abort(error) }),
          );
        break;
      case "stdout":
      case "stderr":
        await writeRaw(event.type, event.data);
        break;
      case "exit":
        return exitStatus(event);
    }
  }
  throw new Error("unreachable: a stream of events ends with an exit or throws");
}

/** The status to end with, and a word about an end that the status does not tell. */
export function exitStatus({ timedOut, exitCode, durationMs }: ExecExit): number {
  if (!timedOut) return exitCode;
  printNote(`timed out after ${(durationMs / 1000).toFixed(1)} s`);
  return EXIT.timedOut;
}
