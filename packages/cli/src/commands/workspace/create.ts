import { idleTimeoutOption } from "../../options/life.ts";
import { cpusOption, limitOf, memoryLimitOption } from "../../options/limits.ts";
import { envOption, labelOption } from "../../options/machine.ts";
import { printWorkspaces } from "../../output/workspaces.ts";
import { withDaemon, withoutDaemonOptions } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createCreateCommand() {
  return daemonCommand("create")
    .summary("fork a workspace from a snapshot")
    .description(
      "Fork a workspace from a snapshot: a sandbox with a name and no time to live, which goes to the disk instead of " +
        "ending, and comes back when something needs it.",
    )
    .argument("<name>", "what to call it")
    .requiredOption("--snapshot <tag>", "the snapshot")
    .addOption(memoryLimitOption())
    .addOption(cpusOption())
    .addOption(idleTimeoutOption())
    .addOption(labelOption())
    .addOption(envOption("of all that runs in it"))
    .option("--live-fork", "keep its memory where it can be branched live")
    .option("--no-auto-resume", "refuse what needs it while it is suspended")
    .option("--per-child-netns", "refused: guests have no network in this version")
    .addHelpText("after", example("forkd workspace create notes --snapshot py --idle-timeout 600"))
    .action((name, { snapshot, label: labels, idleTimeout: idleTimeoutSecs, cpus, ...options }) =>
      withDaemon(options, async (session) => {
        const wanted = withoutDaemonOptions(options);
        const request = {
          name,
          snapshotTag: snapshot,
          labels,
          idleTimeoutSecs,
          cpuLimit: limitOf(cpus),
          ...wanted,
        };
        const workspace = await session.track((call) => session.forkd.workspaces.create(request, call));
        printWorkspaces([workspace], options);
      }),
    );
}
