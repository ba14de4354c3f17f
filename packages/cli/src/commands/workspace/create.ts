import { idleTimeoutOption } from "../../options/life.ts";
import { addLimitOptions, memoryLimitOption, splitLimits } from "../../options/limits.ts";
import { envOption, labelOption } from "../../options/machine.ts";
import { addNetworkOptions, perChildNetnsOption, splitNetwork } from "../../options/network.ts";
import { chooseName } from "../../options/tag.ts";
import { printWorkspaces } from "../../output/workspaces.ts";
import { withDaemon, withoutDaemonOptions } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createCreateCommand() {
  const command = daemonCommand("create")
    .summary("fork a workspace from a snapshot")
    .description(
      "Fork a workspace from a snapshot: a sandbox with a name and no time to live, which goes to the disk instead of " +
        "ending, and comes back when something needs it.",
    )
    .argument("<name>", "what to call it")
    .argument("[tag]", "the snapshot")
    .option("--snapshot <tag>", "the snapshot, as an option")
    .addOption(memoryLimitOption());
  const limited = addLimitOptions(command)
    .addOption(idleTimeoutOption())
    .addOption(labelOption())
    .addOption(envOption("of all that runs in it"))
    .option("--live-fork", "keep its memory where it can be branched live")
    .option("--no-auto-resume", "refuse what needs it while it is suspended")
    .option("--public-ports", "by TCP, let whoever knows a port's host name reach it without a token");
  return addNetworkOptions(limited)
    .addOption(perChildNetnsOption())
    .addHelpText("after", example("forkd workspace create notes py --idle-timeout 600"))
    .action((name, tag, { snapshot, label: labels, idleTimeout: idleTimeoutSecs, ...options }) => {
      const chosen = { flag: "--snapshot", example: "forkd workspace create NAME TAG" };
      const snapshotTag = chooseName(tag, snapshot, chosen);
      return withDaemon(options, async (session) => {
        const { limits, net, ...wanted } = splitNetwork(splitLimits(withoutDaemonOptions(options)));
        const request = {
          name,
          snapshotTag,
          labels,
          idleTimeoutSecs,
          ...limits,
          ...wanted,
          ...net,
        };
        const workspace = await session.track((call) => session.forkd.workspaces.create(request, call));
        printWorkspaces([workspace], options);
      });
    });
}
