import { printNamespaces } from "../../output/netns.ts";
import { parseCount } from "../../parse/arguments.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createSetupCommand() {
  return daemonCommand("setup")
    .summary("have some ready")
    .description(
      "Have so many network namespaces ready, until the daemon ends: forks with --network netns need not wait for any. " +
        "Without it a few are, once one was asked for.",
    )
    .argument("<count>", "how many", parseCount)
    .addHelpText("after", example("forkd netns setup 50"))
    .action((count, options) =>
      withDaemon(options, async ({ forkd, signal }) => {
        printNamespaces(await forkd.netns.setUp(count, { signal }), options);
      }),
    );
}
