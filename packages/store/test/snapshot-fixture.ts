import { randomBytes } from "node:crypto";
import { open, readFile, writeFile } from "node:fs/promises";
import type { ImageId, SnapshotId } from "@forkd/contract";
import { PAGE_SIZE, STANDARD_DEVICES, encodeMemoryLayerIndex } from "@forkd/core";
import type { SnapshotDescription, SnapshotDraft, SnapshotStore, StoredSnapshot } from "@forkd/core";

const MIB = 1024 * 1024;

/** Options of a caller who waits. */
export const PATIENT = { signal: new AbortController().signal, onProgress: (): void => undefined };

/** What the maker of a one-MiB snapshot knows. */
export function describeSnapshot(id: SnapshotId): SnapshotDescription {
  return {
    id,
    createdAtUnix: 1_764_000_000,
    engine: {
      engine: "qemu",
      version: "7.2.22",
      accelerator: "tcg",
      machine: "microvm",
      cpuModel: "qemu64",
      clockKhz: 2_596_100,
    },
    memoryMib: 1,
    vcpus: 1,
    devices: STANDARD_DEVICES,
    kernel: { version: "6.1.153-1", sha256: "a".repeat(64), initramfsSha256: "b".repeat(64) },
    agentVersion: "0.1.0",
    image: { id: "c".repeat(64) as ImageId, sizeBytes: MIB },
    memory: { kind: "full" },
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
  await fillBesidesMemory(draft);
}

async function fillBesidesMemory(draft: SnapshotDraft): Promise<void> {
  await writeFile(draft.deviceStatePath, randomBytes(17_000));
  await writeFile(draft.diskPath, randomBytes(200_000));
  await writeFile(`${draft.machineDirectory}/vmm.log`, "a line\n");
}

/** Makes a whole snapshot. */
export async function storeSnapshot(store: SnapshotStore, tag: string): Promise<StoredSnapshot> {
  await using draft = await store.begin(tag);
  await fillDraft(draft);
  await draft.commit(describeSnapshot(draft.id), PATIENT);
  return await store.open(tag, PATIENT);
}

/** Pages by number; null for one that became zero. */
export type Pages = ReadonlyMap<number, Buffer | null>;

/** Some random pages of a memory of `memoryMib`, every fifth of them zero. */
export function randomPages(memoryMib: number, count: number): Pages {
  const pages = new Map<number, Buffer | null>();
  while (pages.size < count) {
    const page = Math.floor(Math.random() * memoryMib * 256);
    pages.set(page, pages.size % 5 === 4 ? null : randomBytes(PAGE_SIZE));
  }
  return pages;
}

/** A memory layer with these pages. */
export function encodeLayer(memoryMib: number, pages: Pages): Buffer {
  const sorted = [...pages].toSorted(([a], [b]) => a - b);
  const zeros = new Set(sorted.flatMap(([page, content]) => (content === null ? [page] : [])));
  const numbers = Uint32Array.from(sorted, ([page]) => page);
  const contents = sorted.flatMap(([, content]) => (content === null ? [] : [content]));
  return Buffer.concat([encodeMemoryLayerIndex(memoryMib * 256, numbers, zeros), ...contents]);
}

/** The memory below with the pages of a layer over it. */
export function applyPages(memory: Buffer, pages: Pages): Buffer {
  const result = Buffer.from(memory);
  for (const [page, content] of pages)
    if (content) content.copy(result, page * PAGE_SIZE);
    else result.fill(0, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  return result;
}

export interface BranchOptions {
  /** Of the layer; three random ones else. */
  readonly pages?: Pages;
  readonly change?: Partial<SnapshotDescription>;
}

/** Stores a diff branch under a tag, or without one. Its memory is not assembled. Gives its id. */
export async function storeBranch(
  store: SnapshotStore,
  tag: string | null,
  parentId: SnapshotId,
  { pages = randomPages(1, 3), change = {} }: BranchOptions = {},
): Promise<SnapshotId> {
  await using draft = await store.begin(tag);
  await writeFile(draft.memoryPath, encodeLayer(change.memoryMib ?? 1, pages));
  await fillBesidesMemory(draft);
  const description = {
    ...describeSnapshot(draft.id),
    parentId,
    memory: { kind: "diff" as const },
    ...change,
  };
  await draft.commit(description, PATIENT);
  return draft.id;
}

/** Stores a snapshot and branches on it, each on the one before: `tag-0`, `tag-1`, … Gives their ids. */
export async function storeChain(store: SnapshotStore, tag: string, depth: number): Promise<SnapshotId[]> {
  const base = await storeSnapshot(store, `${tag}-0`);
  const ids = [base.manifest.id];
  for (let level = 1; level < depth; level += 1)
    ids.push(await storeBranch(store, `${tag}-${level}`, ids[level - 1] as SnapshotId));
  return ids;
}

/** The memory that a snapshot opens with. */
export async function readMemory(store: SnapshotStore, reference: string): Promise<Buffer> {
  return readFile((await store.open(reference, PATIENT)).memoryPath);
}
