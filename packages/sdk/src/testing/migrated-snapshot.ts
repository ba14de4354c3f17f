import { setTimeout as delay } from "node:timers/promises";
import type { SnapshotInfo } from "../api.gen.ts";
import { isForkdApiError } from "../errors.ts";
import type { Forkd } from "../forkd.ts";
import type { CallOptions } from "../options.ts";
import { migrate } from "./migrate.ts";
import { digestMigrations } from "./migrations.ts";
import type { Migration } from "./migrations.ts";

/** How often it is looked whether another process has made the snapshot. */
const LOOK_MS = 200;
const MAX_BASE_LENGTH = 40;

interface Wanted {
  readonly base: SnapshotInfo;
  readonly migrations: readonly Migration[];
}

/**
 * The tag of the snapshot in which migrations ran, which is made when there is none of their digest. Of many processes
 * that want it at once one makes it.
 */
export async function ensureMigrated(
  forkd: Forkd,
  { base, migrations }: Wanted,
  options: CallOptions,
): Promise<string> {
  if (migrations.length === 0) return base.tag;
  const tag = `${base.tag.slice(0, MAX_BASE_LENGTH)}-${digestMigrations(base.id ?? "", migrations)}`;
  for (;;) {
    const found = await findSnapshot(forkd, tag, options);
    if (found?.status === "ready") return tag;
    if (found?.status === "failed") throw new Error(`the snapshot ${tag} is broken: forkd rmi ${tag}`);
    if (found === undefined && (await makeMigrated(forkd, tag, { base, migrations }, options))) return tag;
    await delay(LOOK_MS, undefined, options);
  }
}

/** A snapshot, or undefined when there is none of that tag. */
export async function findSnapshot(
  forkd: Forkd,
  tag: string,
  options: CallOptions,
): Promise<SnapshotInfo | undefined> {
  try {
    return await forkd.snapshots.get(tag, options);
  } catch (error) {
    if (isForkdApiError(error) && error.code === "snapshot_not_found") return undefined;
    throw error;
  }
}

/** False when another does. The machine's name is what only one can have. */
async function makeMigrated(
  forkd: Forkd,
  tag: string,
  { base, migrations }: Wanted,
  options: CallOptions,
): Promise<boolean> {
  try {
    await using children = await forkd.sandboxes.fork(base.tag, { name: `make-${tag}`, ...options });
    const [sandbox] = children;
    if (!sandbox) throw new Error("the daemon forked nothing");
    await migrate(sandbox, migrations, options);
    await sandbox.branch({ tag, mode: "diff", ...options });
    return true;
  } catch (error) {
    if (isForkdApiError(error) && (error.code === "name_taken" || error.code === "snapshot_exists"))
      return false;
    throw error;
  }
}
