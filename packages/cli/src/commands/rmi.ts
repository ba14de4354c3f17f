import { Option } from "@commander-js/extra-typings";
import { printJson, printLine } from "../output/print.ts";
import { toSafeText } from "../output/text.ts";
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
        "-f, --force",
        "also snapshots that sandboxes run from, which go on, or others stand on, which stay whole",
      ).conflicts("cascade"),
    )
    .option("--cascade", "also the snapshots that stand on them")
    .addHelpText("after", example("forkd rmi py", "forkd rmi --cascade py", "forkd rmi --image py-numpy"))
    .action((tags, { image, force, cascade, json, ...options }) =>
      withDaemon(options, async ({ forkd, signal }) => {
        const gone = new Set<string>();
        const remove = async (tag: string): Promise<readonly string[]> => {
          if (!image) return (await forkd.snapshots.remove(tag, { force, cascade, signal })).removed;
          await forkd.images.remove(tag, { signal });
          return [tag];
        };
        // One that is named may be gone with what it stood on.
        for (const tag of tags)
          for (const removed of gone.has(tag) ? [] : await remove(tag)) {
            gone.add(removed);
            if (!json) printLine(`removed ${image ? "image" : "snapshot"} ${toSafeText(removed)}`);
          }
        if (json) printJson({ removed: [...gone] });
      }),
    );
}
