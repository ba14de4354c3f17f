import { printNamespaces } from "../../output/netns.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createListCommand() {
  return daemonCommand("list")
    .summary("list them")
    .description("List the network namespaces of the daemon, with the sandbox that has each.")
    .addHelpText("after", example("forkd netns list"))
    .action((options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        printNamespaces(await forkd.netns.list({ signal }), options);
      }),
    );
}
