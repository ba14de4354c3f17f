import { Option } from "@commander-js/extra-typings";
import { isForkdApiError } from "@forkd/sdk";
import type { ProgressOptions } from "@forkd/sdk";
import { CliError } from "../cli-error.ts";
import { findProcess, waitForExit } from "../daemon/wait-for-exit.ts";
import type { RunningProcess } from "../daemon/wait-for-exit.ts";
import { EXIT } from "../exit-codes.ts";
import { nameRunning } from "../output/jobs.ts";
import { printJson, printLine, printNote } from "../output/print.ts";
import { parseSeconds } from "../parse/seconds.ts";
import { localSocket, withRunningDaemon } from "../session.ts";
import type { Session } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";
import { countSuspended, noteKept } from "./kill.ts";

const EXIT_TIMEOUT_MS = 60_000;

export function createCommand() {
  return daemonCommand("stop")
    .description(
      "Stop the daemon, and wait until it is gone when it runs on this host. Unless told, its sandboxes live on, and the " +
        "next daemon takes them over.",
    )
    .addOption(onExitOption())
    .addOption(timeoutOption())
    .option("--kill-sandboxes", "the same as --on-exit kill")
    .option("-f, --force", "end the suspended ones too")
    .addHelpText("after", example("forkd stop --on-exit suspend", "forkd stop --on-exit kill"))
    .action((options) =>
      withRunningDaemon(options, async (session) => {
        const { forkd, signal, track } = session;
        const { force, timeout: timeoutSecs } = options;
        const onExit = options.killSandboxes ? "kill" : options.onExit;
        const keepSuspended = (onExit === "kill" && !force) || undefined;
        let daemon: RunningProcess | undefined;
        let jobs = "";
        let kept = 0;
        let suspended = 0;
        try {
          daemon = await findDaemon(session);
          if (daemon) jobs = await nameJobs(session);
          if (keepSuspended) kept = await countSuspended(session);
          const order = { onExit, keepSuspended, timeoutSecs };
          suspended = (await track((call) => forkd.stop({ ...order, ...call }))).suspended.length;
        } catch (error) {
          if (!isForkdApiError(error) || error.code !== "daemon_unreachable") throw error;
          return options.json ? printJson({ stopped: false }) : printNote("no daemon is running");
        }
        if (daemon !== undefined) {
          const found = daemon;
          await track((call) => waitForDaemonExit(found, { jobs, ...call, signal }));
        }
        if (options.json) return printJson({ stopped: true });
        printLine("stopped the daemon");
        if (suspended > 0) printNote(`suspended ${suspended} ${suspended === 1 ? "sandbox" : "sandboxes"}`);
        if (kept > 0) noteKept(kept, "--all");
      }),
    );
}

const onExitOption = () =>
  new Option("--on-exit <what>", "what becomes of the sandboxes (default: keep, or what FORKD_ON_EXIT says)")
    .choices(["keep", "suspend", "kill"] as const)
    .conflicts("killSandboxes");

const timeoutOption = () =>
  new Option("--timeout <time>", "how long suspending them may take (default: 10m)").argParser(parseSeconds);

/** The daemon's process, if it answers on a unix socket and is seen from here. */
async function findDaemon({ forkd, signal }: Session): Promise<RunningProcess | undefined> {
  if (localSocket(forkd.baseUrl) === undefined) return undefined;
  return await findProcess((await forkd.version({ signal })).pid);
}

/** What it has to undo before it ends. A daemon that does not tell stops all the same. */
async function nameJobs({ forkd, signal }: Session): Promise<string> {
  try {
    return nameRunning(await forkd.jobs.list({ signal }));
  } catch {
    signal.throwIfAborted();
    return "";
  }
}

interface Waiting extends ProgressOptions {
  readonly signal: AbortSignal;
  /** The names of those that ran when it was asked to stop. */
  readonly jobs: string;
}

async function waitForDaemonExit(
  daemon: RunningProcess,
  { jobs, signal, onProgress }: Waiting,
): Promise<void> {
  const what = jobs === "" ? "the daemon's process ends" : `what these had begun is undone: ${jobs}`;
  onProgress?.({ type: "progress", step: "stop", message: `waiting until ${what}` });
  const timeout = AbortSignal.timeout(EXIT_TIMEOUT_MS);
  try {
    await waitForExit(daemon, { signal: AbortSignal.any([signal, timeout]) });
  } catch (error) {
    if (signal.aborted || !timeout.aborted) throw error;
    const message = `the daemon (pid ${daemon.pid}) was asked to stop, and still runs after ${EXIT_TIMEOUT_MS / 1000} s`;
    throw new CliError("daemon_still_runs", message, {
      hint: "see what it waits for in its log: forkd daemon status tells where",
      exitCode: EXIT.timedOut,
    });
  }
}
