import { usageError } from "../cli-error.ts";
import { parseCount, parseKeyValue, parseSeconds } from "../parse/arguments.ts";
import { withDaemon } from "../session.ts";
import { runInGuest } from "../terminal/run-in-guest.ts";
import type { GuestRun } from "../terminal/run-in-guest.ts";
import { daemonCommand, example } from "./daemon-command.ts";
import { runForJson } from "./exec.ts";

export function createCommand() {
  return daemonCommand("run")
    .description(
      "Fork one sandbox, run a command in it, and end it, whatever happens. The command's exit status is ours.",
    )
    .usage("--tag <tag> [options] -- <command...>")
    .argument("[command...]", "the command and its arguments, after --")
    .requiredOption("--tag <tag>", "the snapshot")
    .option("-i, --interactive", "send our standard input to the command")
    .option("-t, --tty", "run on a terminal, with our input and size")
    .option("--env <key=value>", "an environment variable of the sandbox; may be repeated", parseKeyValue)
    .option("--cwd <path>", "the working directory")
    .option("--user <user>", "a user of the guest, by name or number (default: root)")
    .option("--memory-limit-mib <n>", "a hard limit for the guest with its VMM, in MiB", parseCount)
    .option("--timeout-secs <n>", "end the command after this many seconds (default: never)", parseSeconds)
    .addHelpText(
      "after",
      example("forkd run --tag py -- python3 -c 'print(6 * 7)'", "forkd run --tag py -it -- bash"),
    )
    .action((args, options) => {
      const { tag, interactive, tty, env, cwd, user, memoryLimitMib, timeoutSecs = null } = options;
      if (args.length === 0) throw usageError("which command?", `forkd run --tag ${tag} -- COMMAND`);
      const input = tty ? "terminal" : interactive ? "forward" : "none";
      const run: GuestRun = { args, cwd, user, timeoutSecs, input };
      return withDaemon(options, async ({ forkd, signal, track }) => {
        await using children = await track((call) =>
          forkd.sandboxes.fork(tag, { env, memoryLimitMib, ...call }),
        );
        const [sandbox] = children;
        if (sandbox === undefined) throw new Error("the daemon forked nothing");
        process.exitCode = await (options.json ? runForJson : runInGuest)(sandbox, run, signal);
      });
    });
}
