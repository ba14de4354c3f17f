import { toWire } from "@forkd/sdk";
import { printGarbage } from "../output/garbage.ts";
import { printJson } from "../output/print.ts";
import { withDaemon } from "../session.ts";
import type { DaemonOptions } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("gc")
    .description(
      "Remove what nothing points to: assembled memory, snapshots and images without a name, unfinished work.",
    )
    .option("--dry-run", "only say what would be removed")
    .addHelpText("after", example("forkd gc --dry-run", "forkd gc"))
    .action(({ dryRun = false, ...options }) => collectGarbage(dryRun, options));
}

/** Removes what nothing points to, or says what that would be. */
export function collectGarbage(dryRun: boolean, options: DaemonOptions): Promise<void> {
  return withDaemon(options, async ({ forkd, signal }) => {
    const report = await forkd.collectGarbage({ dryRun, signal });
    if (options.json) printJson(toWire(report));
    else printGarbage(report);
  });
}
