import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { assertSocketPath } from "@forkd/sdk";
import type { ProgressOptions } from "@forkd/sdk";
import { daemonEnvironment, INSTALLATION } from "../environment.ts";
import { tryLock, waitForRelease } from "../lock.ts";
import { printAside } from "../output/print.ts";
import { createDaemonLog, lastEvent, startFailed } from "./daemon-log.ts";
import { daemonLogPath, ensureRuntimeDir } from "./runtime-dir.ts";
import { socketAnswers } from "./socket.ts";

/** A daemon that lives is waited for; one that says nothing for so long is stuck. */
const START_TIMEOUT_MS = 300_000;
/** Between `bind` and `listen` the socket exists but refuses: too short for an event of its own. */
const RETRY_MS = 25;
const REPORT_MS = 1000;

export interface EnsureOptions extends ProgressOptions {
  readonly signal: AbortSignal;
  readonly program?: string;
}

/**
 * Starts a daemon when none answers on the socket, and waits for as long as it lives and starts, telling what it does.
 * However many commands do so at once, one daemon is started. Throws with the last log lines of one that ends.
 */
export async function ensureDaemon(
  socketPath: string,
  { signal, program = INSTALLATION.daemonProgram, onProgress }: EnsureOptions,
): Promise<void> {
  assertSocketPath(socketPath);
  if (await socketAnswers(socketPath)) return;
  await ensureRuntimeDir(socketPath);
  using _ = reportStart(socketPath, onProgress);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(START_TIMEOUT_MS)]);
  try {
    while (!(await socketAnswers(socketPath))) {
      await using lock = await tryLock(socketPath);
      if (lock === undefined) await waitForRelease(socketPath, deadline);
      else if (!(await socketAnswers(socketPath))) await startDaemon(program, socketPath, deadline);
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw deadline.aborted
      ? await startFailed(socketPath, `runs, and did not answer in ${START_TIMEOUT_MS / 1000} s`)
      : error;
  }
}

/** Tells now and then what the daemon logged last, until disposal. */
function reportStart(socketPath: string, onProgress: EnsureOptions["onProgress"]): Disposable {
  const report = async (): Promise<void> => {
    const event = await lastEvent(socketPath);
    onProgress?.({ type: "progress", step: "daemon", message: `starting${event && ` (${event})`}` });
  };
  const timer = setInterval(() => void report(), REPORT_MS);
  onProgress?.({ type: "progress", step: "daemon", message: "starting" });
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function startDaemon(program: string, socketPath: string, deadline: AbortSignal): Promise<void> {
  const child = await spawnDaemon(program, socketPath);
  const { promise: exit, resolve } = Promise.withResolvers<"exit">();
  child.once("exit", () => resolve("exit"));
  await waitForSocket(socketPath, exit, deadline);
  const hasEnded = child.exitCode !== null || child.signalCode !== null;
  // It ends also when one that somebody else started is there by now, which is as good.
  if (hasEnded && !(await socketAnswers(socketPath))) {
    throw await startFailed(socketPath, `ended with ${child.signalCode ?? `status ${child.exitCode}`}`);
  }
  if (hasEnded) return;
  printAside(`started the forkd daemon (pid ${child.pid}, log ${daemonLogPath(socketPath)})`);
}

async function spawnDaemon(program: string, socketPath: string): Promise<ChildProcess> {
  const log = await createDaemonLog(socketPath);
  try {
    const child = spawn(process.execPath, [program, "serve"], {
      detached: true,
      cwd: "/",
      stdio: ["ignore", log.fd, log.fd],
      env: daemonEnvironment(socketPath),
    });
    await once(child, "spawn");
    // It stays when we end, and we do not stay for it.
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

/** Waits until the socket answers or the daemon ends, woken by changes in the socket's directory. */
async function waitForSocket(
  socketPath: string,
  exit: Promise<unknown>,
  deadline: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const changes = watch(dirname(socketPath), { signal: AbortSignal.any([deadline, stop.signal]) });
  try {
    while (!(await socketAnswers(socketPath))) {
      deadline.throwIfAborted();
      const woken = await Promise.race([exit, changes.next(), delay(RETRY_MS)]);
      if (woken === "exit") return;
    }
  } finally {
    stop.abort();
  }
}
