import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { listProcesses } from "./processes.ts";
import type { DaemonPlan, HostedDaemon, TestHost } from "./hosted-daemon.ts";
import { noteDirectory, noteProcess } from "./what-is-left.ts";

const MAIN = fileURLToPath(new URL("../../packages/daemon/src/main.ts", import.meta.url));

/** As `bin/forkd` has it: half of what a daemon's start costs. */
const NODE_COMPILE_CACHE = fileURLToPath(new URL("../../node_modules/.cache/daemon-code", import.meta.url));

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

function placeDaemon({ env, dataDir }: DaemonPlan): HostedDaemon {
  const socketPath = `/tmp/forkd-test-${process.pid}-${crypto.randomUUID().slice(0, 8)}.sock`;
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined || hasEnded(child)) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  };
  return {
    baseUrl: `unix:${socketPath}`,
    get pid() {
      return child?.pid;
    },
    async start(more) {
      await mkdir(dataDir, { recursive: true, mode: 0o700 });
      noteDirectory(dataDir);
      await using log = await open(logPath(dataDir), "a");
      child = spawn(process.execPath, [MAIN, "serve"], {
        env: { ...process.env, NODE_COMPILE_CACHE, ...env, FORKD_SOCKET: socketPath, ...more },
        stdio: ["ignore", log.fd, log.fd],
      });
      noteProcess(child);
      await once(child, "spawn");
    },
    hasEnded: () => child === undefined || hasEnded(child),
    end,
    leave: () => end("SIGTERM"),
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
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
