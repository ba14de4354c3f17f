import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isProcessAlive, waitUntilGone } from "@forkd/posix";
import type { ProcessName } from "@forkd/posix";
import { LANE } from "./lanes.ts";

/** A daemon that goes on from one file of tests to the next, since its start, and its first zygote, cost 7 s of a CPU. */
export interface KeptDaemon {
  readonly process: ProcessName;
  readonly socketPath: string;
  readonly dataDir: string;
}

/** Where each lane's kept daemon is noted; a run that names none keeps none. */
const NOTES = "FORKD_TEST_KEPT";

/** From here on daemons are kept, until what it gives is called. */
export function keepDaemons(): () => Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "forkd-test-kept-"));
  process.env[NOTES] = directory;
  return async () => {
    await Promise.all(readdirSync(directory).map((lane) => endKeptDaemon(lane)));
    rmSync(directory, { recursive: true });
  };
}

export function areDaemonsKept(): boolean {
  return process.env[NOTES] !== undefined;
}

/** That of this lane, if it runs. */
export function findKeptDaemon(lane = String(LANE)): KeptDaemon | undefined {
  const path = notePath(lane);
  if (path === undefined || !existsSync(path)) return undefined;
  const daemon = JSON.parse(readFileSync(path, "utf8")) as KeptDaemon;
  return isProcessAlive(daemon.process) ? daemon : undefined;
}

/** Notes that of this lane. */
export function keepDaemon(daemon: KeptDaemon): void {
  writeFileSync(notePath(String(LANE))!, JSON.stringify(daemon));
}

/** Ends it, for whoever needs the lane's data directory for another, or a daemon that has seen nothing. */
export async function endKeptDaemon(lane = String(LANE)): Promise<void> {
  const daemon = findKeptDaemon(lane);
  if (daemon) await endProcess(daemon.process, "SIGTERM");
  const path = notePath(lane);
  if (path !== undefined) rmSync(path, { force: true });
}

/** Sends a signal to a process, ours or not, and waits for its end. */
export async function endProcess(daemon: ProcessName, signal: NodeJS.Signals): Promise<void> {
  if (isProcessAlive(daemon)) process.kill(daemon.pid, signal);
  await waitUntilGone(daemon);
}

function notePath(lane: string): string | undefined {
  const directory = process.env[NOTES];
  return directory === undefined ? undefined : join(directory, lane);
}
