import { open, rename } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { CliError } from "../cli-error.ts";
import { daemonLogPath } from "./runtime-dir.ts";

const SHOWN_LINES = 12;
const READ_BYTES = 64 * 1024;

/** A new log for a daemon that is about to start. The one of the last daemon is kept next to it, as `.old`. */
export async function createDaemonLog(socketPath: string): Promise<FileHandle> {
  const path = daemonLogPath(socketPath);
  await rename(path, `${path}.old`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  return await open(path, "a", 0o600);
}

/** The event that the daemon logged last, or nothing. */
export async function lastEvent(socketPath: string): Promise<string> {
  const [line = ""] = await readLastLines(socketPath, 1);
  try {
    const { msg } = JSON.parse(line) as { msg?: unknown };
    return typeof msg === "string" ? msg : "";
  } catch {
    return line;
  }
}

/** The last lines of the daemon's log; none where there is no log. */
export async function readLastLines(socketPath: string, count: number): Promise<string[]> {
  const log = await open(daemonLogPath(socketPath)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  });
  await using file = log;
  if (file === undefined) return [];
  const { size } = await file.stat();
  const length = Math.min(size, READ_BYTES);
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
  const lines = buffer.toString("utf8").trimEnd().split("\n").slice(-count);
  return lines.filter((line) => line !== "");
}

/** The error for a daemon that did not start, with the last lines that it logged. */
export async function startFailed(socketPath: string, what: string): Promise<CliError> {
  const path = daemonLogPath(socketPath);
  const lines = await readLastLines(socketPath, SHOWN_LINES);
  return new CliError(
    "daemon_start_failed",
    `the forkd daemon ${what}; its log ends with:\n${lines.map((line) => `  ${line}`).join("\n")}`,
    { hint: `run it in the foreground: forkd serve (whole log: ${path})` },
  );
}
