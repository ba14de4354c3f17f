import { printWorkspaces } from "../../output/workspaces.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createResumeCommand() {
  return daemonCommand("resume")
    .summary("let a workspace run again")
    .description("Let a workspace run again, with its clock set.")
    .argument("<name>", "the workspace")
    .addHelpText("after", example("forkd workspace resume notes"))
    .action((name, options) =>
      withDaemon(options, async ({ forkd, signal, track }) => {
        const workspace = await track(({ onProgress }) => {
          onProgress?.({ type: "progress", step: "resuming", message: name });
          return forkd.workspaces.resume(name, { signal });
        });
        printWorkspaces([workspace], options);
      }),
    );
}
