import { Option } from "@commander-js/extra-typings";
import type { Sandbox } from "@forkd/sdk";
import * as guest from "../options/guest-command.ts";
import { addLimitOptions, memoryLimitOption, splitLimits } from "../options/limits.ts";
import { envOption } from "../options/machine.ts";
import { addNetworkOptions, splitNetwork } from "../options/network.ts";
import { chooseName } from "../options/tag.ts";
import { printAside, printLine } from "../output/print.ts";
import { withDaemon } from "../session.ts";
import { runInGuest } from "../terminal/run-in-guest.ts";
import type { GuestRun } from "../terminal/run-in-guest.ts";
import { daemonCommand, example } from "./daemon-command.ts";
import { runForJson } from "./exec.ts";

export function createCommand() {
  const command = daemonCommand("run")
    .description(
      "Fork one sandbox, run a command in it, and end it, whatever happens. The command's exit status is ours. With " +
        "--detach both are left running.",
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
    .addOption(memoryLimitOption());
  return addNetworkOptions(addLimitOptions(command))
    .addOption(guest.commandTimeoutOption())
    .option("--rm", "accepted: the sandbox is ended anyway, unless it is detached")
    .addOption(
      new Option("-d, --detach", "leave the sandbox and the command running, and print its id").conflicts([
        "interactive",
        "tty",
        "json",
        "rm",
      ]),
    )
    .option("--name <name>", "what to call the sandbox")
    .addHelpText("after", example("forkd run py -- python3 -c 'print(6 * 7)'", "forkd run py -it -- bash"))
    .action((first, others, options) => {
      const { limits, net, ...rest } = splitNetwork(splitLimits(options));
      const { env, memoryLimitMib, publish, name: called, ...command } = rest;
      const words = first === undefined ? [] : [first, ...others];
      const [name, args] = splitName(words, options.tag);
      const tag = chooseName(name, options.tag, { example: "forkd run TAG -- COMMAND" });
      const run = guest.toGuestRun(args, command, `forkd run ${tag} -- COMMAND`);
      return withDaemon(options, async ({ forkd, signal, track }) => {
        await using stack = new AsyncDisposableStack();
        const fork = {
          env,
          ...limits,
          memoryLimitMib,
          publish,
          ...net,
          name: called,
        };
        const [sandbox] = stack.use(await track((call) => forkd.sandboxes.fork(tag, { ...fork, ...call })));
        if (sandbox === undefined) throw new Error("the daemon forked nothing");
        if (options.detach) {
          await startInBackground(sandbox, run, signal);
          stack.move();
          return;
        }
        process.exitCode = await (options.json ? runForJson : runInGuest)(sandbox, run, signal);
      });
    });
}

/** Leaves a command running, and prints the sandbox's id, for scripts. */
async function startInBackground(
  sandbox: Sandbox,
  { args, input: _input, ...request }: GuestRun,
  signal: AbortSignal,
): Promise<void> {
  const { pid } = await sandbox.spawn(args, { ...request, signal });
  printLine(sandbox.id);
  printAside(`follow it: forkd attach ${sandbox.id} ${pid}; end it: forkd kill ${sandbox.id}`);
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
