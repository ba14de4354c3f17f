import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ForkdError } from "@forkd/contract";
import { isSocketPath } from "@forkd/posix";
import { z } from "zod";
import type { DaemonConfig } from "./config.ts";

/** Who holds the lock, for whoever does not get it. */
const holderSchema = z.object({ pid: z.number().int(), socketPath: z.string().refine(isSocketPath) });

/**
 * Makes this process the only daemon of a data directory, until disposal or its death. Node has no flock(2); an
 * exclusive SQLite transaction holds the same kind of kernel lock (fcntl), which dies with its process.
 * What it gives must be kept: a lock that nothing refers to is let go of by the garbage collector.
 * Throws `daemon_running`.
 */
export function lockDataDirectory({
  dataDir,
  socketPath,
}: Pick<DaemonConfig, "dataDir" | "socketPath">): Disposable {
  const database = new DatabaseSync(join(dataDir, "daemon.lock"));
  const holderPath = join(dataDir, "daemon.json");
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE;");
    writeFileSync(holderPath, JSON.stringify({ pid: process.pid, socketPath }), { mode: 0o600 });
  } catch (cause) {
    database.close();
    if ((cause as NodeJS.ErrnoException).code !== "ERR_SQLITE_ERROR") throw cause;
    throw new ForkdError("daemon_running", { dataDir, ...readHolder(holderPath) }, { cause });
  }
  return { [Symbol.dispose]: () => database.close() };
}

/** The lock alone counts; a file that cannot be read only says less. */
function readHolder(path: string): { pid: number | null; socketPath: string | null } {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return { pid: null, socketPath: null };
  }
}
