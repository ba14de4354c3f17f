import { toWire } from "@forkd/sdk";
import { printImages, printSnapshots } from "../output/images.ts";
import { printJson, printLine } from "../output/print.ts";
import { lookAtDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("images")
    .description("List root images and, in a second table, the snapshots that were made of them.")
    .option("--snapshots", "only the snapshots")
    .addHelpText("after", example("forkd images", "forkd images --snapshots --json"))
    .action((options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const snapshots = await forkd.snapshots.list({ signal });
        if (options.snapshots) {
          if (options.json) printJson(toWire(snapshots));
          else printSnapshots(snapshots);
          return;
        }
        const images = await forkd.images.list({ signal });
        if (options.json) {
          printJson({ images: toWire(images), snapshots: toWire(snapshots) });
          return;
        }
        printImages(images);
        if (images.length > 0 && snapshots.length > 0) printLine("");
        printSnapshots(snapshots);
      }),
    );
}
