import type { Tree } from "@forkd/contract";
import type { StagedSnapshots } from "../branch/staged-snapshots.ts";
import { PAGE_SIZE } from "../memory-layer/format.ts";
import type { CallOptions } from "../ports/options.ts";
import type { SnapshotDescription, SnapshotStore } from "../ports/snapshots.ts";
import type { SandboxRegistry } from "../sandbox/registry.ts";
import { Sandbox } from "../sandbox/sandbox.ts";
import type { SuspendedSandbox } from "../sandbox/suspended-sandbox.ts";
import type { UnadoptedMachine } from "../sandbox/unadopted-machine.ts";

interface TreeParts {
  readonly snapshots: SnapshotStore;
  readonly staged: StagedSnapshots;
  readonly registry: SandboxRegistry;
}

/** Snapshots and sandboxes with what they come from. */
export async function describeTree(
  { snapshots, staged, registry }: TreeParts,
  options: CallOptions,
): Promise<Tree> {
  const links = await snapshots.listLinks();
  return {
    snapshots: [
      ...links.map(({ tags, manifest, physicalBytes }) => describeSnapshot(tags, manifest, physicalBytes)),
      ...staged.list().map(({ description, bytes }) => describeSnapshot([], description, bytes)),
    ],
    sandboxes: [
      ...(await Promise.all(registry.list().map((sandbox) => describeSandbox(sandbox, options)))),
      ...registry.unadopted().flatMap(describeUnadopted),
    ],
  };
}

async function describeSandbox(
  sandbox: Sandbox | SuspendedSandbox,
  options: CallOptions,
): Promise<Tree["sandboxes"][number]> {
  const { id, status, created_at_unix } = sandbox.describe();
  const privateBytes = await measurePrivate(sandbox, options);
  return { id, status, created_at_unix, snapshot_id: sandbox.record.snapshotId, private_bytes: privateBytes };
}

/** One of an unknown snapshot has no place in the tree. */
function describeUnadopted(machine: UnadoptedMachine): Tree["sandboxes"] {
  const { id, status, created_at_unix, snapshot_id } = machine.describe();
  return snapshot_id === null ? [] : [{ id, status, created_at_unix, snapshot_id, private_bytes: null }];
}

function describeSnapshot(
  tags: readonly string[],
  snapshot: SnapshotDescription,
  physicalBytes: number,
): Tree["snapshots"][number] {
  return {
    id: snapshot.id,
    tag: tags[0] ?? null,
    tags: [...tags],
    parent_id: snapshot.parentId,
    image_id: snapshot.image.id,
    branched_from: snapshot.lineage?.sandboxId ?? null,
    memory_kind: snapshot.memory.kind,
    memory_mib: snapshot.memoryMib,
    physical_bytes: physicalBytes,
    created_at_unix: snapshot.createdAtUnix,
  };
}

/** Null for a machine that is dead, dies meanwhile, or has no process. */
async function measurePrivate(
  sandbox: Sandbox | SuspendedSandbox,
  options: CallOptions,
): Promise<number | null> {
  if (!(sandbox instanceof Sandbox) || sandbox.isDead) return null;
  try {
    return (await sandbox.countPrivatePages(options)) * PAGE_SIZE;
  } catch {
    return null;
  }
}
