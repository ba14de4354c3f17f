import { isForkdApiError } from "@forkd/sdk";
import { INSTALLATION } from "../environment.ts";
import { printFacts } from "../output/facts.ts";
import { printJson } from "../output/print.ts";
import { withRunningDaemon } from "../session.ts";
import type { Session } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("version")
    .description("Show the versions of this command line and of the daemon, if one runs.")
    .addHelpText("after", example("forkd version --json"))
    .action((options) =>
      withRunningDaemon(options, async (session) => {
        const daemon = await daemonVersion(session);
        const { version: cli } = INSTALLATION;
        if (options.json) return printJson({ cli, daemon, node: process.versions.node });
        return printFacts([
          ["forkd", cli],
          ["daemon", daemon ?? "not running"],
          ["node", process.versions.node],
        ]);
      }),
    );
}

async function daemonVersion({ forkd, signal }: Session): Promise<string | null> {
  try {
    return (await forkd.version({ signal })).version;
  } catch (error) {
    if (isForkdApiError(error) && error.code === "daemon_unreachable") return null;
    throw error;
  }
}
