import { toWire } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { CliError } from "../cli-error.ts";
import { shell } from "../options/warm.ts";
import { printBranch } from "../output/branches.ts";
import { printJson, writeRaw } from "../output/print.ts";
import { parseSeconds } from "../parse/seconds.ts";
import { chooseName } from "../options/tag.ts";
import { withDaemon } from "../session.ts";
import { refuseTakenTag } from "../snapshot-tags.ts";
import { exitStatus } from "../terminal/run-in-guest.ts";
import { daemonCommand, example } from "./daemon-command.ts";

const EXAMPLE = "forkd snapshot-diff TAG NEW --exec COMMAND";

export function createCommand() {
  return daemonCommand("snapshot-diff")
    .description(
      "Fork one sandbox, run a command in it, keep what it changed as a snapshot on top of the one it came from, and " +
        "end the sandbox. No snapshot is made when the command fails; its status is ours then.",
    )
    .argument("[tag]", "the snapshot to start from")
    .argument("[new]", "the name of the new snapshot")
    .option("--from <tag>", "the snapshot to start from, as an option")
    .option("--tag <new>", "the new name, as an option")
    .requiredOption("--exec <cmd>", "a line of shell; the guest's shell runs it, variables and pipes and all")
    .option("--exec-timeout-secs <n>", "end the command after this many seconds", parseSeconds, 600)
    .addHelpText("after", example("forkd snapshot-diff py py-data --exec 'python3 /srv/load.py && sync'"))
    .action((parent, name, { exec, execTimeoutSecs, json, ...options }) => {
      const from = chooseName(parent, options.from, { flag: "--from", example: EXAMPLE });
      const tag = chooseName(name, options.tag, { example: EXAMPLE });
      return withDaemon(options, async (session) => {
        const { forkd, signal, track } = session;
        await refuseTakenTag(tag, session);
        await using children = await track((call) => forkd.sandboxes.fork(from, call));
        const [sandbox] = children;
        if (sandbox === undefined) throw new Error("the daemon forked nothing");
        const target = json ? "stderr" : "stdout";
        const status = await runStep(
          sandbox,
          { command: exec, timeoutSecs: execTimeoutSecs, target },
          signal,
        );
        if (status !== 0) throw commandFailed(status, from);
        const branch = await sandbox.branch({ tag, mode: "diff", parentTag: from, signal });
        if (json) printJson(toWire(branch));
        else printBranch(branch);
      });
    });
}

interface Step {
  readonly command: string;
  readonly timeoutSecs: number;
  /** Where its standard output goes. */
  readonly target: "stdout" | "stderr";
}

async function runStep(
  sandbox: Sandbox,
  { command, timeoutSecs, target }: Step,
  signal: AbortSignal,
): Promise<number> {
  for await (const event of sandbox.execStream(shell(command), { timeoutSecs, signal })) {
    if (event.type === "stdout") await writeRaw(target, event.data);
    else if (event.type === "stderr") await writeRaw("stderr", event.data);
    else if (event.type === "exit") return exitStatus(event);
  }
  throw new Error("unreachable: a stream of events ends with an exit or throws");
}

function commandFailed(status: number, from: string): CliError {
  return new CliError("command_failed", `the command ended with status ${status}; no snapshot was made`, {
    hint: `try it in a sandbox of its own: forkd run ${from} -it -- sh`,
    exitCode: status,
  });
}
