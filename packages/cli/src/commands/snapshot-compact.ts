import { toWire } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import { printSnapshotMade } from "../output/images.ts";
import { printJson } from "../output/print.ts";
import { chooseName } from "../options/tag.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

const EXAMPLE = "forkd snapshot-compact TAG NEW";

export function createCommand() {
  return daemonCommand("snapshot-compact")
    .description(
      "Make a snapshot of the same content that stands alone: the whole chain in one layer. The old one stays.",
    )
    .argument("[tag]", "the snapshot, with what it stands on")
    .argument("[new]", "the name of the new snapshot")
    .option("--from <tag>", "the snapshot, as an option")
    .option("--to <new>", "the new name, as an option")
    .addHelpText("after", example("forkd snapshot-compact py-data-7 py-data"))
    .action(async (tag, name, { json, ...options }) => {
      const from = chooseName(tag, options.from, { flag: "--from", example: EXAMPLE });
      const to = chooseName(name, options.to, { flag: "--to", example: EXAMPLE });
      if (from === to) throw usageError("--from and --to are the same tag", "choose another tag for --to");
      await withDaemon(options, async ({ forkd, track }) => {
        const snapshot = await track((call) => forkd.snapshots.compact(from, to, call));
        if (json) printJson(toWire(snapshot));
        else printSnapshotMade(snapshot);
      });
    });
}
