import { daemonCommand, example } from "../daemon-command.ts";
import { changeWorkspace } from "./change.ts";

export function createSuspendCommand() {
  return daemonCommand("suspend")
    .summary("put a workspace on disk")
    .description("Put a workspace on disk. What runs in it goes on where it was when it is resumed.")
    .argument("<name>", "the workspace")
    .option("--diff", "accepted: what is kept is always the difference")
    .addHelpText("after", example("forkd workspace suspend notes"))
    .action((name, options) =>
      changeWorkspace(name, options, "suspending", (workspaces, call) => workspaces.suspend(name, call)),
    );
}
