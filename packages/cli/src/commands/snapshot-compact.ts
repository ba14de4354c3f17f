import { toWire } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import { printSnapshotMade } from "../output/images.ts";
import { printJson } from "../output/print.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("snapshot-compact")
    .description(
      "Make a snapshot of the same content that stands alone: the whole chain in one layer. The old one stays.",
    )
    .requiredOption("--from <tag>", "the snapshot, with what it stands on")
    .requiredOption("--to <new>", "the name of the new snapshot")
    .addHelpText("after", example("forkd snapshot-compact --from py-data-7 --to py-data"))
    .action(async ({ from, to, json, ...options }) => {
      if (from === to) throw usageError("--from and --to are the same tag", "choose another tag for --to");
      await withDaemon(options, async ({ forkd, track }) => {
        const snapshot = await track((call) => forkd.snapshots.compact(from, to, call));
        if (json) printJson(toWire(snapshot));
        else printSnapshotMade(snapshot);
      });
    });
}
