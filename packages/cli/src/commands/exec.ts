import { toWire } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { printAside, printJson, printLine } from "../output/print.ts";
import { parseKeyValue, parseSeconds } from "../parse/arguments.ts";
import { withDaemon } from "../session.ts";
import { runInGuest } from "../terminal/run-in-guest.ts";
import type { GuestRun } from "../terminal/run-in-guest.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("exec")
    .description(
      "Run a command in a sandbox; its output comes as it is written, its exit status is ours. Ctrl-C ends the " +
        "command; on a terminal (-t) it goes to the command like every other key.",
    )
    .usage("<id> [options] -- <command...>")
    .argument("<id>", "the sandbox")
    .argument("[command...]", "the command and its arguments, after --")
    .option("-i, --interactive", "send our standard input to the command")
    .option("-t, --tty", "run on a terminal, with our input and size")
    .option("--env <key=value>", "an environment variable; may be repeated", parseKeyValue)
    .option("--cwd <path>", "the working directory")
    .option("--user <user>", "a user of the guest, by name or number (default: root)")
    .option("--timeout-secs <n>", "end the command after this many seconds (default: never)", parseSeconds)
    .option("--detach", "print the command's pid and leave it running: see attach")
    .addHelpText(
      "after",
      example("forkd exec ID -- uname -a", "forkd exec ID -it -- bash", "echo 1+1 | forkd exec ID -i -- bc"),
    )
    .action((id, args, options) => {
      const { interactive, tty, env, cwd, user, timeoutSecs = null } = options;
      if (args.length === 0) throw usageError("which command?", `forkd exec ${id} -- COMMAND`);
      const input = tty ? "terminal" : interactive ? "forward" : "none";
      const run: GuestRun = { args, env, cwd, user, timeoutSecs, input };
      return withDaemon(options, async ({ forkd, signal }) => {
        const sandbox = forkd.sandboxes.at(id);
        if (options.detach) await detach(sandbox, run, signal);
        else if (options.json) process.exitCode = await runForJson(sandbox, run, signal);
        else process.exitCode = await runInGuest(sandbox, run, signal);
      });
    });
}

/** Runs without streaming, and prints the whole result. */
export async function runForJson(sandbox: Sandbox, run: GuestRun, signal: AbortSignal): Promise<number> {
  const { args, input, ...request } = run;
  if (input !== "none")
    throw usageError("--json gives the whole result at once", "leave -i and -t away, or --json");
  const result = await sandbox.exec(args, { ...request, signal });
  printJson(toWire(result));
  return result.timedOut ? EXIT.timedOut : result.exitCode;
}

async function detach(
  sandbox: Sandbox,
  { args, input, ...request }: GuestRun,
  signal: AbortSignal,
): Promise<void> {
  if (input !== "none")
    throw usageError("a detached command has no input", "leave -i and -t away, or --detach");
  for await (const event of sandbox.execStream(args, { ...request, detach: true, signal })) {
    if (event.type !== "start") continue;
    printLine(String(event.pid));
    printAside(`follow it: forkd attach ${sandbox.id} ${event.pid}`);
    return;
  }
}
