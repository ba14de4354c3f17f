import { act, renderShellCommand } from "@forkd/contract/hints";
import { isForkdApiError } from "@forkd/sdk";
import type { CallOptions, Forkd, SnapshotInfo } from "@forkd/sdk";
import { CliError } from "./cli-error.ts";
import { EXIT } from "./exit-codes.ts";
import type { Session } from "./session.ts";

/** A snapshot, or undefined when there is none of that tag. */
export async function findSnapshot(
  forkd: Forkd,
  tag: string,
  { signal }: CallOptions = {},
): Promise<SnapshotInfo | undefined> {
  try {
    return await forkd.snapshots.get(tag, { signal });
  } catch (error) {
    if (isForkdApiError(error) && error.code === "snapshot_not_found") return undefined;
    throw error;
  }
}

/** Throws when a tag is taken: said before minutes of work, not after them. */
export async function refuseTakenTag(tag: string, { forkd, signal }: Session): Promise<void> {
  if ((await findSnapshot(forkd, tag, { signal })) === undefined) return;
  throw new CliError("snapshot_exists", `snapshot ${tag} exists already`, {
    hint: `choose another tag, or remove it: ${renderShellCommand(act("deleteSnapshot", { tag }))}`,
    exitCode: EXIT.conflict,
  });
}
