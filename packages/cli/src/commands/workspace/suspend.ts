import { printWorkspaces } from "../../output/workspaces.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createSuspendCommand() {
  return daemonCommand("suspend")
    .summary("put a workspace on disk")
    .description("Put a workspace on disk. What runs in it goes on where it was when it is resumed.")
    .argument("<name>", "the workspace")
    .option("--diff", "accepted: what is kept is always the difference")
    .addHelpText("after", example("forkd workspace suspend notes"))
    .action((name, options) =>
      withDaemon(options, async ({ forkd, signal, track }) => {
        const workspace = await track(({ onProgress }) => {
          onProgress?.({ type: "progress", step: "suspending", message: name });
          return forkd.workspaces.suspend(name, { signal });
        });
        printWorkspaces([workspace], options);
      }),
    );
}
