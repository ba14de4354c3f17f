import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { findProcess, isProcessAlive } from "@forkd/posix";
import type { ProcessName } from "@forkd/posix";
import { areDaemonsKept, endKeptDaemon, endProcess, findKeptDaemon, keepDaemon } from "./kept-daemon.ts";
import { listProcesses } from "./processes.ts";
import { BUILD, CHECKOUT } from "./programs.ts";
import type { DaemonPlan, HostedDaemon, TestHost } from "./hosted-daemon.ts";
import { leaveDaemon, noteDirectory, noteDaemon } from "./what-is-left.ts";

const MAIN = join(CHECKOUT, BUILD, "daemon.js");

/** As `bin/forkd` has it. */
const NODE_COMPILE_CACHE = join(CHECKOUT, "node_modules/.cache/daemon-code");

/** The host that the tests themselves run on. */
export const THIS_HOST: TestHost = {
  cacheDir:
    process.env["FORKD_CACHE_DIR"] ??
    (process.getuid?.() === 0 ? "/var/cache/forkd" : join(homedir(), ".cache", "forkd")),
  startTimeoutMs: 30_000,
  isSlow: false,
  placeDaemon,
  readLog: (dataDir) => readOrNothing(logPath(dataDir)).slice(-2000),
  list: listDirectory,
  listProcesses,
  isAlive: (pid) => existsSync(`/proc/${pid}`),
  kill: (pid) => void process.kill(pid, "SIGKILL"),
};

function placeDaemon({ env, dataDir, isOrdinary }: DaemonPlan): HostedDaemon {
  const isKept = isOrdinary && areDaemonsKept();
  const kept = isKept ? findKeptDaemon() : undefined;
  const socketPath =
    kept?.socketPath ?? `/tmp/forkd-test-${process.pid}-${crypto.randomUUID().slice(0, 8)}.sock`;
  let daemon = kept?.process;
  let isAsOthers = isKept;
  const hasEnded = (): boolean => daemon === undefined || !isProcessAlive(daemon);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (daemon !== undefined) await endProcess(daemon, signal);
  };
  return {
    baseUrl: `unix:${socketPath}`,
    get pid() {
      return daemon?.pid;
    },
    async start(more) {
      isAsOthers = isKept && Object.keys(more).length === 0;
      await mkdir(dataDir, { recursive: true, mode: 0o700 });
      noteDirectory(dataDir);
      if (!isAsOthers && findKeptDaemon()?.dataDir === dataDir) await endKeptDaemon();
      if (daemon === undefined || hasEnded())
        daemon = await spawnDaemon(dataDir, { ...env, ...more }, socketPath);
      noteDaemon(daemon);
    },
    hasEnded,
    end,
    async leave() {
      if (daemon === undefined || !isAsOthers || hasEnded()) return end("SIGTERM");
      keepDaemon({ process: daemon, socketPath, dataDir });
      leaveDaemon(daemon, dataDir);
    },
  };
}

async function spawnDaemon(
  dataDir: string,
  env: Readonly<Record<string, string>>,
  socketPath: string,
): Promise<ProcessName> {
  await using log = await open(logPath(dataDir), "a");
  const child = spawn(process.execPath, [MAIN, "serve"], {
    env: { ...process.env, NODE_COMPILE_CACHE, ...env, FORKD_SOCKET: socketPath },
    stdio: ["ignore", log.fd, log.fd],
  });
  await once(child, "spawn");
  child.unref();
  const daemon = findProcess(child.pid!);
  if (daemon === undefined) throw new Error(`the daemon ended at once: ${logPath(dataDir)} says why`);
  return daemon;
}

function logPath(dataDir: string): string {
  return join(dataDir, "daemon.log");
}

function listDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
