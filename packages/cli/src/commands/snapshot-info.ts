import { toWire } from "@forkd/sdk";
import { printJson } from "../output/print.ts";
import { printSnapshotDetail } from "../output/snapshot-detail.ts";
import { lookAtDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("snapshot-info")
    .description("Show a snapshot among its relatives: what it stands on, what stands on it, and sizes.")
    .argument("<tag>", "the snapshot")
    .addHelpText("after", example("forkd snapshot-info py", "forkd snapshot-info py --json"))
    .action((tag, options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const detail = await forkd.snapshots.detail(tag, { signal });
        if (options.json) printJson(toWire(detail));
        else printSnapshotDetail(detail);
      }),
    );
}
