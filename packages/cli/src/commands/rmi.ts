import { printJson, printLine } from "../output/print.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("rmi")
    .description(
      "Remove snapshots by tag; with --image, root images by name or id. Stops at the first that cannot be.",
    )
    .argument("<tag...>", "tags of snapshots, or names of images")
    .option("--image", "remove root images")
    .option("--force", "also snapshots that sandboxes run from; they go on")
    .addHelpText("after", example("forkd rmi py", "forkd rmi --image py-numpy"))
    .action((tags, options) =>
      withDaemon(options, async ({ forkd, signal }) => {
        const force = options.force ?? false;
        for (const tag of tags) {
          if (options.image) await forkd.images.remove(tag, { signal });
          else await forkd.snapshots.remove(tag, { force, signal });
          if (!options.json) printLine(`removed ${options.image ? "image" : "snapshot"} ${tag}`);
        }
        if (options.json) printJson({ removed: tags });
      }),
    );
}
