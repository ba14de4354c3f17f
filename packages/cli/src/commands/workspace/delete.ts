import { printJson, printLine } from "../../output/print.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createDeleteCommand() {
  return daemonCommand("delete")
    .summary("end a workspace, with all that is its own")
    .description("End a workspace, and remove its memory, disk and logs. Its snapshot stays.")
    .argument("<name>", "the workspace")
    .addHelpText("after", example("forkd workspace delete notes"))
    .action((name, options) =>
      withDaemon(options, async ({ forkd, signal }) => {
        await forkd.workspaces.delete(name, { signal });
        if (options.json) printJson({ deleted: [name] });
        else printLine(`deleted workspace ${name}`);
      }),
    );
}
