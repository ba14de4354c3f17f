import { open, readFile, rename } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { CliError } from "../cli-error.ts";
import { daemonLogPath } from "./runtime-dir.ts";

const SHOWN_LINES = 12;

/** A new log for a daemon that is about to start. The one of the last daemon is kept next to it, as `.old`. */
export async function createDaemonLog(socketPath: string): Promise<FileHandle> {
  const path = daemonLogPath(socketPath);
  await rename(path, `${path}.old`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  return await open(path, "a", 0o600);
}

/** The error for a daemon that did not start, with the last lines that it logged. */
export async function startFailed(socketPath: string, what: string): Promise<CliError> {
  const path = daemonLogPath(socketPath);
  const log = await readFile(path, "utf8").catch((error: Error) => `(no log: ${error.message})`);
  const lines = log.trimEnd().split("\n").slice(-SHOWN_LINES);
  return new CliError(
    "daemon_start_failed",
    `the forkd daemon ${what}; its log ends with:\n${lines.map((line) => `  ${line}`).join("\n")}`,
    { hint: `run it in the foreground: forkd serve (whole log: ${path})` },
  );
}
