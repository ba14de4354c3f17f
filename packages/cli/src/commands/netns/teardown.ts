import { printNamespaces } from "../../output/netns.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createTeardownCommand() {
  return daemonCommand("teardown")
    .summary("remove those that no sandbox has")
    .description("Remove the network namespaces that no sandbox has. Those of sandboxes go with them.")
    .addHelpText("after", example("forkd netns teardown"))
    .action((options) =>
      withDaemon(options, async ({ forkd, signal }) => {
        printNamespaces(await forkd.netns.setUp(0, { signal }), options);
      }),
    );
}
