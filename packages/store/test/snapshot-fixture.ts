import { randomBytes } from "node:crypto";
import { open, writeFile } from "node:fs/promises";
import type { ImageId, SnapshotId } from "@forkd/contract";
import type { SnapshotDescription, SnapshotDraft, SnapshotStore, StoredSnapshot } from "@forkd/core";

const MIB = 1024 * 1024;

/** Options of a caller who waits. */
export const PATIENT = { signal: new AbortController().signal, onProgress: (): void => undefined };

/** What the maker of a one-MiB snapshot knows. */
export function describeSnapshot(id: SnapshotId): SnapshotDescription {
  return {
    id,
    createdAtUnix: 1_764_000_000,
    engine: { engine: "qemu", version: "7.2.22", accelerator: "tcg", machine: "microvm", cpuModel: "qemu64" },
    memoryMib: 1,
    vcpus: 1,
    kernel: { version: "6.1.153-1", sha256: "a".repeat(64), initramfsSha256: "b".repeat(64) },
    agentVersion: "0.1.0",
    image: { id: "c".repeat(64) as ImageId, sizeBytes: MIB },
    parentId: null,
    lineage: null,
    recipe: { warm: [{ kind: "python", code: "import numpy" }], ready: null, env: { A: "b" } },
    buildMs: 4000,
  };
}

/** Leaves in a draft what a machine leaves there: sparse memory, device state, overlay, and a log. */
export async function fillDraft(draft: SnapshotDraft): Promise<void> {
  await using memory = await open(draft.memoryPath, "w");
  await memory.truncate(MIB);
  await memory.write(randomBytes(4096), 0, 4096, 128 * 1024);
  await writeFile(draft.deviceStatePath, randomBytes(17_000));
  await writeFile(draft.diskPath, randomBytes(200_000));
  await writeFile(`${draft.machineDirectory}/vmm.log`, "a line\n");
}

/** Makes a whole snapshot. */
export async function storeSnapshot(store: SnapshotStore, tag: string): Promise<StoredSnapshot> {
  await using draft = await store.begin(tag);
  await fillDraft(draft);
  return await draft.commit(describeSnapshot(draft.id), PATIENT);
}
