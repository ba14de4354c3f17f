import { lstat, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { quoteShellWord } from "@forkd/contract/hints";
import { readEnvironment } from "@forkd/sdk";
import { CliError } from "../cli-error.ts";

/** The log of a daemon that was started on demand, next to its socket. */
export function daemonLogPath(socketPath: string): string {
  return join(dirname(socketPath), "daemon.log");
}

/**
 * Makes the directory of the user's own socket, for its owner alone; that of another address must be there. Throws
 * when it belongs to somebody else, or others may write to it: under `/tmp` anybody could have made it first.
 */
export async function ensureRuntimeDir(socketPath: string): Promise<void> {
  const dir = dirname(socketPath);
  if (socketPath === readEnvironment().socketPath) await mkdir(dir, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(dir).catch((cause: unknown) => {
    throw new CliError("daemon_unreachable", `no forkd daemon answers at ${socketPath}: there is no ${dir}`, {
      hint: "mend FORKD_URL or --url, or make that directory for a new daemon",
      cause,
    });
  });
  const isOurs = uid === process.getuid?.() || uid === 0;
  if (isOurs && (mode & 0o022) === 0) return;
  throw new CliError("unsafe_runtime_dir", `${dir} belongs to user ${uid} or others may write to it`, {
    hint: `make it yours alone (chmod 700 ${quoteShellWord(dir)}), or set FORKD_SOCKET to a path in another directory`,
  });
}
