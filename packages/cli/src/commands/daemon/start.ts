import { toWire } from "@forkd/sdk";
import { printFacts } from "../../output/facts.ts";
import { printJson } from "../../output/print.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createStartCommand() {
  return daemonCommand("start")
    .summary("start the daemon unless one runs")
    .description("Start the daemon in the background unless one answers, and wait until it does.")
    .addHelpText("after", example("forkd daemon start"))
    .action((options) =>
      withDaemon(options, async ({ forkd, signal }) => {
        const version = await forkd.version({ signal });
        if (options.json) return printJson({ running: true, url: forkd.baseUrl, ...toWire(version) });
        return printFacts([
          ["daemon", `running, pid ${version.pid}, version ${version.version}`],
          ["address", forkd.baseUrl],
        ]);
      }),
    );
}
