import { isForkdApiError } from "@forkd/sdk";
import { printJson, printLine, printNote } from "../output/print.ts";
import { withRunningDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("stop")
    .description("Stop the daemon. Its sandboxes live on, and the next daemon takes them over.")
    .option("--kill-sandboxes", "end the sandboxes as well")
    .addHelpText("after", example("forkd stop --kill-sandboxes"))
    .action((options) =>
      withRunningDaemon(options, async ({ forkd, signal }) => {
        try {
          await forkd.stop({ killSandboxes: options.killSandboxes, signal });
        } catch (error) {
          if (!isForkdApiError(error) || error.code !== "daemon_unreachable") throw error;
          return options.json ? printJson({ stopped: false }) : printNote("no daemon is running");
        }
        return options.json ? printJson({ stopped: true }) : printLine("stopped the daemon");
      }),
    );
}
