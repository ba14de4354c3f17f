import { usageError } from "../cli-error.ts";
import { printText } from "../output/print.ts";
import { withRunningDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("metrics")
    .description("Print the daemon's figures as Prometheus reads them.")
    .addHelpText("after", example("forkd metrics | grep forkd_sandboxes"))
    .action(({ json, ...options }) => {
      if (json) throw usageError("figures are printed as Prometheus reads them", "leave --json away");
      return withRunningDaemon(options, async ({ forkd, signal }) =>
        printText(await forkd.metrics({ signal })),
      );
    });
}
