import type { SnapshotId } from "@forkd/contract";
import type { Services } from "../services.ts";

/** The snapshots that machines run from, or are being started from, each with who they are. */
export function listInUse({
  registry,
  forking,
}: Pick<Services, "registry" | "forking">): ReadonlyMap<SnapshotId, readonly string[]> {
  const users = new Map<SnapshotId, string[]>();
  for (const { id, snapshotId } of registry.users()) if (snapshotId) addUser(users, snapshotId, id);
  for (const id of forking.list()) addUser(users, id, "children that are being started");
  return users;
}

function addUser(users: Map<SnapshotId, string[]>, id: SnapshotId, user: string): void {
  const others = users.get(id);
  if (others) others.push(user);
  else users.set(id, [user]);
}
