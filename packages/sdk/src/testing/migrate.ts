import { randomUUID } from "node:crypto";
import type { Sandbox } from "../sandbox.ts";
import type { CallOptions } from "../options.ts";
import type { Migration } from "./migrations.ts";

const RUN = 'psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 -U "$PG_USER" -d "$PG_DATABASE" --file="$1"';

/** Until the server has let go of who ran them: a snapshot must have nobody connected. */
const LEAVE = "while grep -qs '^postgres: .*[[]local[]]' /proc/[0-9]*/cmdline; do sleep 0.02; done";

/** Longer than what fits a test's database takes. */
const TIMEOUT_SECS = 600;

/** Runs migrations in a sandbox's database, in order. Throws with what the server said of one that fails. */
export async function migrate(
  sandbox: Sandbox,
  migrations: readonly Migration[],
  options: CallOptions,
): Promise<void> {
  const path = `/tmp/${randomUUID()}.sql`;
  for (const { name, sql } of migrations) {
    await sandbox.files.write(path, sql, options);
    const run = await sandbox.exec(["sh", "-c", RUN, "sh", path], { timeoutSecs: TIMEOUT_SECS, ...options });
    if (run.exitCode !== 0) throw new Error(`the migration ${name} failed: ${run.stderr.trim()}`);
  }
  await sandbox.files.remove(path, options);
  await sandbox.exec(["sh", "-c", LEAVE], options);
}
