import * as guest from "../options/guest-command.ts";
import { envOption, memoryLimitOption } from "../options/machine.ts";
import { chooseName } from "../options/tag.ts";
import { withDaemon } from "../session.ts";
import { runInGuest } from "../terminal/run-in-guest.ts";
import { daemonCommand, example } from "./daemon-command.ts";
import { runForJson } from "./exec.ts";

export function createCommand() {
  return daemonCommand("run")
    .description(
      "Fork one sandbox, run a command in it, and end it, whatever happens. The command's exit status is ours.",
    )
    .usage("<tag> [options] -- <command...>")
    .argument("[tag]", "the snapshot")
    .argument("[command...]", "the command and its arguments, after --")
    .option("--tag <tag>", "the snapshot, as an option")
    .addOption(guest.interactiveOption())
    .addOption(guest.ttyOption())
    .addOption(envOption("of the sandbox"))
    .addOption(guest.cwdOption())
    .addOption(guest.userOption())
    .addOption(memoryLimitOption())
    .addOption(guest.commandTimeoutOption())
    .addHelpText("after", example("forkd run py -- python3 -c 'print(6 * 7)'", "forkd run py -it -- bash"))
    .action((first, rest, options) => {
      const { env, memoryLimitMib, ...command } = options;
      const words = first === undefined ? [] : [first, ...rest];
      const [name, args] = splitName(words, options.tag);
      const tag = chooseName(name, options.tag, { example: "forkd run TAG -- COMMAND" });
      const run = guest.toGuestRun(args, command, `forkd run ${tag} -- COMMAND`);
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

/**
 * The snapshot's name, if one is among the words, and the command. Words after `--` are the command, whatever they
 * look like; without `--` the first is the name, unless `--tag` has said it.
 */
function splitName(
  words: readonly string[],
  option: string | undefined,
): [string | undefined, readonly string[]] {
  const at = process.argv.indexOf("--");
  const before = at < 0 ? words.length : words.length - (process.argv.length - at - 1);
  const isNamed = option === undefined ? before > 0 : at >= 0 && before === 1;
  return isNamed ? [words[0], words.slice(1)] : [undefined, words];
}
