import { printWorkspaces } from "../../output/workspaces.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createListCommand() {
  return daemonCommand("list")
    .summary("list workspaces")
    .description("List workspaces.")
    .addHelpText("after", example("forkd workspace list"))
    .action((options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        printWorkspaces(await forkd.workspaces.list({ signal }), options);
      }),
    );
}
