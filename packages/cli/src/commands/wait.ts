import { Option } from "@commander-js/extra-typings";
import { isForkdApiError, toWire } from "@forkd/sdk";
import type { Sandbox, SandboxInfo } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson, printNote } from "../output/print.ts";
import { toSafeText } from "../output/text.ts";
import { parseCount } from "../parse/arguments.ts";
import { parseSeconds } from "../parse/seconds.ts";
import { lookAtDaemon } from "../session.ts";
import { sleep } from "../sleep.ts";
import { exitStatus } from "../terminal/run-in-guest.ts";
import { withinTime } from "../within-time.ts";
import { daemonCommand, example } from "./daemon-command.ts";

const STATES = ["ended", "running", "paused", "suspended"] as const;
type State = (typeof STATES)[number];
/** A look costs the daemon less than a millisecond. */
const INTERVAL_MS = 250;

export function createCommand() {
  return daemonCommand("wait")
    .description(
      "Wait until a sandbox has ended, or is as --until says; or until a command in it has ended, whose status is ours. " +
        "Of a sandbox that died by itself the status is 1.",
    )
    .argument("<id>", "the sandbox")
    .argument("[pid]", "a command that exec started: see forkd processes", parseCount)
    .addOption(new Option("--until <state>", "how it is to be").choices(STATES).default("ended" as const))
    .addOption(
      new Option("--timeout <time>", "give up after so long: 90s, 10m; status 124").argParser(parseSeconds),
    )
    .addHelpText(
      "after",
      example("forkd wait web", "forkd wait web 70 --timeout 10m", "forkd wait web --until paused"),
    )
    .action((id, pid, options) =>
      lookAtDaemon(options, async (session) => {
        const { json, until, timeout: timeoutSecs } = options;
        const limit = { timeoutSecs, signal: session.signal };
        const sandbox = await session.find(id);
        if (pid !== undefined) {
          const missed = `${pid} has not ended`;
          const exit = await withinTime((signal) => sandbox.waitFor(pid, { signal }), { ...limit, missed });
          if (json) printJson(toWire(exit));
          process.exitCode = exitStatus({ type: "exit", ...exit });
          return;
        }
        const missed = `${id} was not ${until}`;
        const info = await withinTime((signal) => waitUntil(sandbox, until, signal), { ...limit, missed });
        if (json) printJson(info === undefined ? null : toWire(info));
        else if (info?.died) printNote(`${info.id} died: ${toSafeText(info.died.why)}`);
        process.exitCode = info?.status === "dead" ? EXIT.failure : EXIT.ok;
      }),
    );
}

/** Gives what was last heard of it; undefined when it is gone. */
async function waitUntil(
  sandbox: Sandbox,
  state: State,
  signal: AbortSignal,
): Promise<SandboxInfo | undefined> {
  let info: SandboxInfo | undefined = await sandbox.refresh({ signal });
  while (!isSo(info, state)) {
    await sleep(INTERVAL_MS, signal);
    info = await sandbox.refresh({ signal }).catch(ignoreGone);
  }
  return info;
}

function isSo(info: SandboxInfo | undefined, state: State): boolean {
  if (info === undefined || info.status === "dead") {
    if (state === "ended") return true;
    throw usageError(`it has ended, and will never be ${state}`, "forkd ps");
  }
  return info.status === state;
}

function ignoreGone(error: unknown): undefined {
  if (!isForkdApiError(error) || error.code !== "sandbox_not_found") throw error;
}
