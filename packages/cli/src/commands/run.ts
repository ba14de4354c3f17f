import * as guest from "../options/guest-command.ts";
import { envOption, memoryLimitOption } from "../options/machine.ts";
import { withDaemon } from "../session.ts";
import { runInGuest } from "../terminal/run-in-guest.ts";
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
    .addOption(guest.interactiveOption())
    .addOption(guest.ttyOption())
    .addOption(envOption("of the sandbox"))
    .addOption(guest.cwdOption())
    .addOption(guest.userOption())
    .addOption(memoryLimitOption())
    .addOption(guest.commandTimeoutOption())
    .addHelpText(
      "after",
      example("forkd run --tag py -- python3 -c 'print(6 * 7)'", "forkd run --tag py -it -- bash"),
    )
    .action((args, options) => {
      const { tag, env, memoryLimitMib, ...command } = options;
      const run = guest.toGuestRun(args, command, `forkd run --tag ${tag} -- COMMAND`);
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
