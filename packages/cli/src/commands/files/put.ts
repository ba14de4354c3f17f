import { usageError } from "../../cli-error.ts";
import { printJson, printLine } from "../../output/print.ts";
import { formatBytes } from "../../output/units.ts";
import { parseLabel, parseOffset } from "../../parse/arguments.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";
import { findPlace } from "./guest-place.ts";

export function createPutCommand() {
  return daemonCommand("put")
    .summary("write standard input to a file")
    .description(
      "Write standard input to a file of a sandbox: whole or not at all, or with --append and --offset into what is there.",
    )
    .argument("<destination>", "ID:/path or NAME:/path")
    .option("-a, --append", "at the end of the file")
    .option("--offset <bytes>", "from this byte on; the rest of the file stays", parseOffset)
    .option("-m, --mode <octal>", "permission bits of a file that is new")
    .option("-u, --user <name>", "whose it is then; root unless told")
    .option(
      "--metadata <key=value>",
      "what is noted of a file that is written whole; may be repeated",
      parseLabel,
    )
    .addHelpText("after", example("echo 'a line' | forkd files put ID:/root/notes --append"))
    .action(async (destination, { json, append, offset, mode, user, metadata, ...options }) => {
      if (append && offset !== undefined)
        throw usageError("--append and --offset say different places", "leave one of them away");
      await withDaemon(options, async (session) => {
        const { sandbox, path } = await findPlace(destination, session);
        const how = { append, offset, mode, user, metadata, signal: session.signal };
        const bytes = await sandbox.files.write(path, process.stdin, how);
        if (json) printJson({ bytes });
        else printLine(`wrote ${formatBytes(bytes)} to ${destination}`);
      });
    });
}
