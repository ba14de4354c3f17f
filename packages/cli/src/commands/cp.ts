import { usageError } from "../cli-error.ts";
import { printJson, printLine } from "../output/print.ts";
import { formatBytes } from "../output/units.ts";
import { withDaemon } from "../session.ts";
import { copyAll, parseCopy } from "../copy/copy-all.ts";
import type { Copied } from "../copy/copy-all.ts";
import { describeMistake } from "../copy/place.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("cp")
    .description(
      "Copy files and directories into a sandbox, out of one, or from one to another. A place in a sandbox is " +
        "ID:/path or NAME:/path (./NAME:/path is the host's); - is standard input or output. An existing directory, " +
        "or one that ends with /, gets a source under its own name; DIR/. is what is in DIR.",
    )
    .usage("[options] <source...> <destination>")
    .argument("<source...>", "what to copy; and last, where to")
    .option("-r, --recursive", "accepted: directories are copied without it too")
    .option("-q, --quiet", "print nothing")
    .addHelpText(
      "after",
      example(
        "forkd cp data.csv config.toml ID:/root/",
        "forkd cp ID:/root/results .",
        "forkd cp ID:/srv/app OTHER:/srv/app",
        "pg_dump shop | forkd cp - ID:/root/shop.sql",
      ),
    )
    .action(async (paths, { json, quiet, ...options }) => {
      const order = parseCopy(paths, hintFor);
      const isPiped = order.destination.kind === "stream";
      if (isPiped && json)
        throw usageError("--json and - would mix on standard output", "leave one of them away");
      await withDaemon(options, async (session) => {
        const copied: Copied[] = [];
        for await (const one of copyAll(order, session)) {
          copied.push(one);
          if (!json && !quiet && !isPiped) printLine(describe(one));
        }
        if (json) printJson({ copied });
      });
    });
}

function describe({ source, destination, bytes }: Copied): string {
  return `copied ${source} to ${destination} (${formatBytes(bytes)})`;
}

function hintFor(paths: readonly string[]): string {
  const mistake = paths.map(describeMistake).find((text) => text !== "");
  return mistake ?? "forkd cp FILE ID:/root/, or forkd cp ID:/root/FILE .";
}
