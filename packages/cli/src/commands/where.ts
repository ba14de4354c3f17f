import { Command } from "@commander-js/extra-typings";
import { readEnvironment } from "@forkd/sdk";
import { daemonLogPath } from "../daemon/runtime-dir.ts";
import { cacheDir, dataDir, INSTALLATION } from "../environment.ts";
import { printFacts } from "../output/facts.ts";
import { printJson } from "../output/print.ts";
import { example } from "./daemon-command.ts";

export function createCommand() {
  return new Command("where")
    .description(
      "Show where forkd keeps images and snapshots, what it can make again, and where its daemon listens and logs.",
    )
    .option("--json", "print them as JSON")
    .addHelpText("after", example("forkd where", "du -sh $(forkd where --json | jq -r .data)"))
    .action((options) => {
      const { socketPath, url } = readEnvironment();
      const places = {
        data: dataDir(),
        cache: cacheDir(),
        socket: socketPath,
        log: daemonLogPath(socketPath),
        recipes: INSTALLATION.recipesDir,
        ...(url === undefined ? {} : { url }),
      };
      if (options.json) printJson(places);
      else printFacts(Object.entries(places));
    });
}
