import { toWire } from "@forkd/sdk";
import type { Sandbox, SpawnOptions } from "@forkd/sdk";
import { nameFlags } from "../terminal/attachment.ts";
import type { InputFlags } from "../terminal/attachment.ts";
import { readTerminalSize } from "../terminal/terminal.ts";
import { usageError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import * as guest from "../options/guest-command.ts";
import { envOption } from "../options/machine.ts";
import { printAside, printJson, printLine } from "../output/print.ts";
import { withDaemon } from "../session.ts";
import type { DaemonOptions } from "../session.ts";
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
    .addOption(guest.interactiveOption())
    .addOption(guest.ttyOption())
    .addOption(envOption("of the command"))
    .addOption(guest.cwdOption())
    .addOption(guest.userOption())
    .addOption(guest.commandTimeoutOption())
    .option("-d, --detach", "print the command's pid and leave it running: see attach")
    .option("--lossless", "with --detach: it waits until its output is read, and none is lost")
    .addHelpText(
      "after",
      example(
        "forkd exec ID -- uname -a",
        "forkd exec ID -it -- bash",
        "echo 1+1 | forkd exec ID -i -- bc",
        "forkd attach ID $(forkd exec ID -dit -- bash) -it",
      ),
    )
    .action((id, args, options) => {
      const { interactive, tty, ...others } = options;
      const run = guest.toGuestRun(args, options.detach ? others : options, `forkd exec ${id} -- COMMAND`);
      if (options.lossless && !options.detach)
        throw usageError(
          "--lossless is for what runs by itself",
          "give --detach too, and read it by forkd attach",
        );
      return withDaemon(options, async ({ signal, find }) => {
        const sandbox = await find(id);
        if (options.detach) {
          const stdinStream = interactive === true || tty === true;
          const pty = tty ? readTerminalSize() : null;
          const spawned = { ...run, stdinStream, pty, lossless: options.lossless, signal };
          await detach(sandbox, spawned, options);
        } else if (options.json) process.exitCode = await runForJson(sandbox, run, signal);
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
  { args, input: _input, ...request }: GuestRun & SpawnOptions,
  { json, ...flags }: InputFlags & Pick<DaemonOptions, "json">,
): Promise<void> {
  const { pid } = await sandbox.spawn(args, request);
  if (json) return printJson({ pid });
  printLine(String(pid));
  printAside(`follow it: forkd attach ${sandbox.id} ${pid}${nameFlags(flags)}`);
}
