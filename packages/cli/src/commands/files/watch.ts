import { toWire } from "@forkd/sdk";
import { printChange } from "../../output/files.ts";
import { printJson, waitForReader } from "../../output/print.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";
import { findPlace } from "./guest-place.ts";

export function createWatchCommand() {
  return daemonCommand("watch")
    .summary("tell what changes in a directory")
    .description(
      "Tell what changes in a directory of a sandbox, until Ctrl-C or until it is gone. With --json, an event is printed " +
        "on each line; the first, opened, says that all is watched.",
    )
    .argument("<source>", "ID:/path or NAME:/path")
    .option("-r, --recursive", "and in all directories below, new ones too")
    .addHelpText("after", example("forkd files watch -r ID:/srv/app"))
    .action((source, { json, recursive, ...options }) =>
      lookAtDaemon(options, async (session) => {
        const { sandbox, path } = await findPlace(source, session);
        for await (const change of sandbox.files.watchDir(path, { recursive, signal: session.signal })) {
          if (json) printJson(toWire(change));
          else printChange(change);
          await waitForReader("stdout");
        }
      }),
    );
}
