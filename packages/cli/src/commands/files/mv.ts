import { toWire } from "@forkd/sdk";
import { usageError } from "../../cli-error.ts";
import { printJson, printLine } from "../../output/print.ts";
import { withDaemon } from "../../session.ts";
import type { Session } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";
import { findPlace } from "./guest-place.ts";
import type { GuestPlace } from "./guest-place.ts";

export function createMoveCommand() {
  return daemonCommand("mv")
    .summary("move or rename a file or a directory")
    .description(
      "Move or rename a file or a directory of a sandbox. A file that is there is replaced, and directories above the " +
        "new place are made.",
    )
    .argument("<source>", "ID:/path or NAME:/path")
    .argument("<destination>", "its new path, in the same sandbox: ID:/path or /path")
    .addHelpText("after", example("forkd files mv ID:/root/draft /root/report"))
    .action((source, destination, { json, ...options }) =>
      withDaemon(options, async (session) => {
        const from = await findPlace(source, session);
        const to = await findTarget(destination, from, session);
        const file = await from.sandbox.files.rename(from.path, to, { signal: session.signal });
        if (json) printJson(toWire(file));
        else printLine(`moved ${source} to ${to}`);
      }),
    );
}

async function findTarget(text: string, from: GuestPlace, session: Session): Promise<string> {
  if (text.startsWith("/")) return text;
  const { sandbox, path } = await findPlace(text, session);
  if (sandbox.id !== from.sandbox.id)
    throw usageError("files are moved inside of one sandbox", "copy from one to another: forkd cp");
  return path;
}
