import { toWire } from "@forkd/sdk";
import { usesUtf8 } from "../environment.ts";
import { printJson, printLine, printNote } from "../output/print.ts";
import { styleFor } from "../output/style.ts";
import { lookAtDaemon } from "../session.ts";
import { renderTree, summariseTree } from "../tree/render-tree.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("tree")
    .description(
      "Show images, the snapshots that were made of them, what stands on those, and the sandboxes that run from each; " +
        "with what each keeps for itself, on disk or in memory, and what it shares.",
    )
    .addHelpText("after", example("forkd tree", "forkd tree --json"))
    .action((options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const tree = await forkd.tree({ signal });
        if (options.json) return printJson(toWire(tree));
        const images = await forkd.images.list({ signal });
        if (images.length + tree.snapshots.length + tree.sandboxes.length === 0) {
          return printNote("nothing is there yet; begin: forkd from-image py-numpy --tag py");
        }
        const glyphs = process.stdout.isTTY && usesUtf8() ? "unicode" : "ascii";
        const view = { glyphs, style: styleFor(process.stdout), nowUnix: Date.now() / 1000 } as const;
        for (const line of renderTree(tree, images, view)) printLine(line);
        const summary = summariseTree(tree);
        if (summary !== undefined) printNote(summary);
      }),
    );
}
