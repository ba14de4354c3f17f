import { toWire } from "@forkd/sdk";
import { printFiles } from "../../output/files.ts";
import { printJson, printLine } from "../../output/print.ts";
import { toSafeLine } from "../../output/text.ts";
import { parseCount } from "../../parse/arguments.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";
import { findPlace } from "./guest-place.ts";

export function createListCommand() {
  return daemonCommand("ls")
    .summary("list what is in a directory")
    .description("List what is in a directory of a sandbox, with modes, owners, sizes and times.")
    .argument("<source>", "ID:/path or NAME:/path")
    .option("-d, --depth <levels>", "also what is in its directories, so many levels in all", parseCount, 1)
    .option(
      "-q, --quiet",
      "print paths only, without what could drive a terminal: --json has them as they are",
    )
    .addHelpText("after", example("forkd files ls ID:/root", "forkd files ls ID:/srv --depth 3 -q"))
    .action((source, { json, quiet, depth, ...options }) =>
      lookAtDaemon(options, async (session) => {
        const { sandbox, path } = await findPlace(source, session);
        const files = await sandbox.files.list(path, { depth, signal: session.signal });
        if (json) printJson(toWire(files));
        else if (quiet) for (const file of files) printLine(toSafeLine(file.path));
        else printFiles(files, path);
      }),
    );
}
