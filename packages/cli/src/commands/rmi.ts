import { Option } from "@commander-js/extra-typings";
import { printJson, printLine } from "../output/print.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("rmi")
    .description(
      "Remove snapshots by tag; with --image, root images by name or id. Stops at the first that cannot be.",
    )
    .argument("<tag...>", "tags of snapshots, or names of images")
    .addOption(new Option("--image", "remove root images").conflicts(["force", "cascade"]))
    .addOption(
      new Option(
        "--force",
        "also snapshots that sandboxes run from, which go on, or others stand on, which stay whole",
      ).conflicts("cascade"),
    )
    .option("--cascade", "also the snapshots that stand on them")
    .addHelpText("after", example("forkd rmi py", "forkd rmi --cascade py", "forkd rmi --image py-numpy"))
    .action((tags, { image, force, cascade, json, ...options }) =>
      withDaemon(options, async ({ forkd, signal }) => {
        for (const tag of tags) {
          if (image) await forkd.images.remove(tag, { signal });
          else await forkd.snapshots.remove(tag, { force, cascade, signal });
          if (!json) printLine(`removed ${image ? "image" : "snapshot"} ${tag}`);
        }
        if (json) printJson({ removed: tags });
      }),
    );
}
