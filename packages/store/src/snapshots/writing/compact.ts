import { join } from "node:path";
import type { ProgressOptions, SnapshotDescription, SnapshotManifest, SnapshotSummary } from "@forkd/core";
import { composeFile } from "../../memory/compose-file.ts";
import type { ComposeOptions, SourceFile } from "../../memory/compose-file.ts";
import { COPYING, byteProgress } from "../../verify/byte-progress.ts";
import type { ResolvedPointer } from "../resolve.ts";
import type { LayerSet } from "../../verify/layer-verifier.ts";
import { MIB } from "../manifest.ts";
import { layerSetOf } from "../chain.ts";
import type { OpenChain, SnapshotOpener } from "../open.ts";
import type { FileSnapshotDraft } from "./draft.ts";

/** Fills a draft with all that the chain of a held snapshot has, and commits it as one that stands alone. */
export async function compactInto(
  opener: SnapshotOpener,
  { reference: from, held }: { reference: string; held: ResolvedPointer },
  draft: FileSnapshotDraft,
  options: ProgressOptions,
): Promise<SnapshotSummary> {
  const startedAt = performance.now();
  const chain = await opener.read(from, held);
  const { manifest } = chain.head;
  const sets = chain.links.map((link) => layerSetOf(link, () => true));
  await opener.verify(from, sets, options);
  await copyChain(opener, chain, draft, { ...options, stage: `compacting snapshot ${from}` });
  await opener.checkUnchanged(chain);
  const buildMs = Math.round(performance.now() - startedAt);
  return draft.commit(describe(manifest, draft, buildMs), options);
}

async function copyChain(
  opener: SnapshotOpener,
  chain: OpenChain,
  draft: FileSnapshotDraft,
  options: ProgressOptions & { stage: string },
): Promise<void> {
  const { head, links } = chain;
  const sizeBytes = head.manifest.memoryMib * MIB;
  const disks = links.flatMap((link) => filesOf(layerSetOf(link, ({ role }) => role === "disk")));
  const states = filesOf(layerSetOf(head, ({ role }) => role === "device-state"));
  const report = byteProgress(COPYING, [{ sizeBytes }, ...disks, ...states], options);
  const copying: ComposeOptions = { signal: options.signal, stage: options.stage, onBytes: report };
  const memory = await opener.findMemorySources(chain);
  await composeFile(draft.memoryPath, { ...memory, sizeBytes, holes: "keep" }, copying);
  for (const state of states) await copyFile(state, draft.deviceStatePath, copying);
  for (const [index, disk] of disks.entries())
    await copyFile(disk, index === 0 ? draft.diskPath : draft.addDisk(), copying);
}

interface CopiedFile extends SourceFile {
  readonly sizeBytes: number;
}

function copyFile(file: CopiedFile, to: string, options: ComposeOptions): Promise<void> {
  return composeFile(to, { base: file, sizeBytes: file.sizeBytes, layers: [], holes: "keep" }, options);
}

function filesOf({ directory, layers, makeError }: LayerSet): CopiedFile[] {
  return layers.map(({ name, sizeBytes }) => ({
    path: join(directory, name),
    sizeBytes,
    makeError: (why: string) => makeError(name, why),
  }));
}

function describe(from: SnapshotManifest, { id }: FileSnapshotDraft, buildMs: number): SnapshotDescription {
  const { engine, memoryMib, vcpus, devices, kernel, agentVersion, image, lineage, recipe } = from;
  return {
    id,
    createdAtUnix: Math.floor(Date.now() / 1000),
    engine,
    memoryMib,
    vcpus,
    devices,
    kernel,
    agentVersion,
    image,
    memory: { kind: "full" },
    parentId: null,
    lineage,
    recipe,
    buildMs,
  };
}
