import { toWire } from "@forkd/sdk";
import { printFile } from "../../output/files.ts";
import { printJson } from "../../output/print.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";
import { findPlace } from "./guest-place.ts";

export function createStatCommand() {
  return daemonCommand("stat")
    .summary("show what is at a path")
    .description(
      "Show what is at a path of a sandbox: type, size, mode, owner, time, metadata, and where a link leads.",
    )
    .argument("<source>", "ID:/path or NAME:/path")
    .option("-L, --follow", "what a link leads to, and not the link")
    .addHelpText("after", example("forkd files stat ID:/etc/hostname"))
    .action((source, { json, follow, ...options }) =>
      lookAtDaemon(options, async (session) => {
        const { sandbox, path } = await findPlace(source, session);
        const file = await sandbox.files.getInfo(path, { follow, signal: session.signal });
        if (json) printJson(toWire(file));
        else printFile(file);
      }),
    );
}
