import { toWire } from "@forkd/sdk";
import { usageError } from "../../cli-error.ts";
import { printJson, printLine } from "../../output/print.ts";
import { parseCount } from "../../parse/arguments.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";
import { findPlace } from "./guest-place.ts";

export function createUrlCommand() {
  return daemonCommand("url")
    .summary("sign a URL for a file")
    .description(
      "Sign a URL by which a file of a sandbox can be read for a while, or with --write be written, by whoever reaches the " +
        "daemon. It is printed as path and query.",
    )
    .argument("<source>", "ID:/path or NAME:/path")
    .option("-w, --write", "for PUT, and not for GET")
    .option("--expires <secs>", "for how long it is good; an hour unless told, at most a week", parseCount)
    .option("-u, --user <name>", "with --write: whose the file is; root unless told")
    .addHelpText(
      "after",
      example('curl --unix-socket "$FORKD_SOCKET" "http://forkd$(forkd files url ID:/root/report.pdf)"'),
    )
    .action(async (source, { json, write, expires: expiresSecs, user, ...options }) => {
      if (user !== undefined && !write) throw usageError("--user is whose a written file is", "say --write");
      await lookAtDaemon(options, async (session) => {
        const { sandbox, path } = await findPlace(source, session);
        const how = { expiresSecs, user, signal: session.signal };
        const signed = await (write ? sandbox.uploadUrl(path, how) : sandbox.downloadUrl(path, how));
        if (json) printJson(toWire(signed));
        else printLine(signed.url);
      });
    });
}
