import { usageError } from "../cli-error.ts";
import { printJson, printLine } from "../output/print.ts";
import { withDaemon } from "../session.ts";
import { download } from "../transfer/download.ts";
import { parsePlace } from "../transfer/place.ts";
import { upload } from "../transfer/upload.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("cp")
    .description(
      "Copy a file or a directory into or out of a sandbox. One side is ID:/path, the other of the host.",
    )
    .argument("<source>", "what to copy")
    .argument("<destination>", "where to; an existing directory gets it under its own name")
    .addHelpText("after", example("forkd cp data.csv ID:/root/", "forkd cp ID:/root/results ./results"))
    .action(async (from, to, options) => {
      const [source, destination] = [parsePlace(from), parsePlace(to)];
      await withDaemon(options, async ({ forkd, signal }) => {
        if (source.kind === "host" && destination.kind === "guest") {
          await upload(forkd.sandboxes.at(destination.id), source.path, destination.path, signal);
        } else if (source.kind === "guest" && destination.kind === "host") {
          await download(forkd.sandboxes.at(source.id), source.path, destination.path, signal);
        } else {
          throw usageError(
            "one side must be in a sandbox, and the other on the host",
            "forkd cp FILE ID:/root/",
          );
        }
        if (options.json) printJson({ source: from, destination: to });
        else printLine(`copied ${from} to ${to}`);
      });
    });
}
