import { isForkdApiError, toWire } from "@forkd/sdk";
import type { Version } from "@forkd/sdk";
import { daemonLogPath } from "../../daemon/runtime-dir.ts";
import { EXIT } from "../../exit-codes.ts";
import { printFacts } from "../../output/facts.ts";
import { printJson } from "../../output/print.ts";
import { localSocket, withRunningDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createStatusCommand() {
  return daemonCommand("status")
    .summary("show whether a daemon runs, and which")
    .description("Show whether a daemon runs, and which. Never starts one; status 3 when none runs.")
    .addHelpText("after", example("forkd daemon status"))
    .action((options) =>
      withRunningDaemon(options, async ({ forkd, signal }) => {
        const version = await versionIfRunning(() => forkd.version({ signal }));
        if (version === undefined) process.exitCode = EXIT.notFound;
        const sandboxes = version === undefined ? 0 : (await forkd.sandboxes.list({ signal })).length;
        const { baseUrl: url } = forkd;
        if (options.json)
          return printJson({ running: version !== undefined, url, ...(version && toWire(version)) });
        const socketPath = localSocket(url);
        return printFacts([
          [
            "daemon",
            version === undefined ? "not running" : `running, pid ${version.pid}, version ${version.version}`,
          ],
          ["address", url],
          ...(socketPath === undefined ? [] : [["log", daemonLogPath(socketPath)] as const]),
          ...(version === undefined ? [] : [["sandboxes", String(sandboxes)] as const]),
        ]);
      }),
    );
}

async function versionIfRunning(ask: () => Promise<Version>): Promise<Version | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isForkdApiError(error) && error.code === "daemon_unreachable") return undefined;
    throw error;
  }
}
