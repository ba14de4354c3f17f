import { toWire } from "@forkd/sdk";
import type { BranchOptions } from "@forkd/sdk";
import { autoOption, diffOption, fullOption, liveOption, modeOf, noWaitOption } from "../options/branch.ts";
import { printBranch } from "../output/branches.ts";
import { printJson, printLine } from "../output/print.ts";
import { chooseOptionalName } from "../options/tag.ts";
import { withDaemon } from "../session.ts";
import type { Session } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("branch")
    .description("Make a snapshot of a running sandbox, which runs on. Fork it like any other snapshot.")
    .argument("<id>", "the sandbox")
    .argument("[new]", "the name of the snapshot (default: one is made up)")
    .option("--tag <new>", "the same, as an option")
    .addOption(fullOption())
    .addOption(diffOption())
    .addOption(liveOption())
    .addOption(autoOption())
    .addOption(noWaitOption())
    .option("-q, --quiet", "print only the tag")
    .addHelpText(
      "after",
      example(
        "forkd branch sb_4k2m9x7q0v3bz8wc before-migration",
        "forkd fork -n 5 $(forkd branch sb_4k2m9x7q0v3bz8wc --quiet)",
      ),
    )
    .action((id, name, { tag: option, wait, quiet, json, ...options }) => {
      const tag = chooseOptionalName(name, option);
      const request = { tag, mode: modeOf(options), wait };
      return withDaemon(options, (session) => branchInSession(session, id, request, { json, quiet }));
    });
}

interface BranchView {
  readonly json: true | undefined;
  readonly quiet?: true | undefined;
}

/** Branches a sandbox and prints what came of it. */
export async function branchInSession(
  { track, find }: Session,
  word: string,
  request: Omit<BranchOptions, "signal" | "onProgress">,
  { json, quiet }: BranchView,
): Promise<void> {
  const sandbox = await find(word);
  const info = await track(({ signal, onProgress }) => {
    return sandbox.branch({ ...request, signal, ...(!quiet && { onProgress }) });
  });
  if (json) printJson(toWire(info));
  else if (quiet) printLine(info.tag);
  else printBranch(info);
}
