import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ForkdError } from "@forkd/contract";

/**
 * Makes this process the only daemon of a data directory, until disposal or its death. Node has no flock(2); an
 * exclusive SQLite transaction holds the same kind of kernel lock (fcntl), which dies with its process.
 * What it gives must be kept: a lock that nothing refers to is let go of by the garbage collector.
 * Throws `daemon_running`.
 */
export function lockDataDirectory(dataDir: string): Disposable {
  const database = new DatabaseSync(join(dataDir, "daemon.lock"));
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE;");
  } catch (cause) {
    database.close();
    throw new ForkdError("daemon_running", { dataDir }, { cause });
  }
  return { [Symbol.dispose]: () => database.close() };
}
