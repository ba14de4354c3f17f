import { daemonCommand, example } from "../daemon-command.ts";
import { changeWorkspace } from "./change.ts";

export function createResumeCommand() {
  return daemonCommand("resume")
    .summary("let a workspace run again")
    .description("Let a workspace run again, with its clock set.")
    .argument("<name>", "the workspace")
    .addHelpText("after", example("forkd workspace resume notes"))
    .action((name, options) =>
      changeWorkspace(name, options, "resuming", (workspaces, call) => workspaces.resume(name, call)),
    );
}
