import { join } from "node:path";
import { SingleFlight, throwIfAborted } from "@forkd/core";
import type { CallOptions, OpenSnapshotOptions, SnapshotSummary, StoredSnapshot } from "@forkd/core";
import type { HotCaches, HotPlan } from "../hot/hot-images.ts";
import type { SourceFile } from "../memory/compose-file.ts";
import type { LayerInspection, LayerSet, LayerVerifier } from "../verify/layer-verifier.ts";
import type { SnapshotCatalogue } from "./catalogue.ts";
import { diskPathsOf, layerSetOf, readChain } from "./chain.ts";
import type { Chain, Link } from "./chain.ts";
import { MIB, SNAPSHOT_FILES } from "./manifest.ts";
import type { SnapshotLayer } from "./manifest.ts";
import { resolveReference, whileStored } from "./resolve.ts";
import type { ResolvedPointer } from "./resolve.ts";

/** A chain that a tag or id stands for. */
export interface OpenChain extends Chain {
  /** Of the head; null when it has none. */
  readonly tag: string | null;
}

/** What the memory of a snapshot is made of. */
export interface MemorySources {
  readonly base: SourceFile;
  /** Lowest first. */
  readonly layers: readonly SourceFile[];
}

/** Gives snapshots whose bytes are verified. */
export class SnapshotOpener {
  readonly #catalogue: SnapshotCatalogue;
  readonly #verifier: LayerVerifier;
  readonly #hot: HotCaches;
  readonly #verifications = new SingleFlight<void>();

  constructor(catalogue: SnapshotCatalogue, verifier: LayerVerifier, hot: HotCaches) {
    this.#catalogue = catalogue;
    this.#verifier = verifier;
    this.#hot = hot;
  }

  /** Reads the manifests of a chain. Throws `snapshot_not_found`, `snapshot_corrupt`. */
  async read(reference: string, held?: ResolvedPointer): Promise<OpenChain> {
    const pointer = held ?? (await resolveReference(this.#catalogue, reference));
    const chain = await readChain(this.#catalogue, reference, pointer);
    return { ...chain, tag: pointer.tag };
  }

  /** Looks at everything but the bytes. Throws `snapshot_not_found`, `snapshot_corrupt`. */
  async summarise(reference: string): Promise<SnapshotSummary> {
    return whileStored(this.#catalogue, reference, async () => {
      const chain = await this.read(reference);
      const [head] = await this.inspect(neededSets(chain));
      return summaryOf(chain, head?.physicalBytes ?? 0);
    });
  }

  /** Gives the whole snapshot, its memory assembled; that of `held`, wherever the reference leads to by now. */
  async open(
    reference: string,
    options: OpenSnapshotOptions,
    held?: ResolvedPointer,
  ): Promise<StoredSnapshot> {
    return whileStored(this.#catalogue, held?.id ?? reference, async () => {
      const chain = await this.read(reference, held);
      const { physicalBytes } = await this.verify(reference, neededSets(chain), options);
      return {
        ...summaryOf(chain, physicalBytes),
        memoryPath: await this.#memoryPathOf(reference, chain, options),
        deviceStatePath: join(chain.head.directory, SNAPSHOT_FILES.deviceState),
        diskPaths: diskPathsOf(chain),
      };
    });
  }

  /** Hashes what is not known to be whole. Gives what is known of the first set. */
  async verify(
    reference: string,
    sets: readonly LayerSet[],
    { signal }: CallOptions,
  ): Promise<LayerInspection> {
    let inspections = await this.inspect(sets);
    if (inspections.some(({ unverified }) => unverified.length > 0)) {
      for (const [index, set] of sets.entries())
        if (inspections[index]?.unverified.length) await this.#verifySet(reference, set, signal);
      inspections = await this.inspect(sets);
      requireUnchanged(sets, inspections);
    }
    return inspections[0] ?? { physicalBytes: 0, unverified: [] };
  }

  /** The files that the memory of a chain's head is made of, from the nearest whole memory that there is. */
  async findMemorySources({ links }: Chain): Promise<MemorySources> {
    const layers: SourceFile[] = [];
    for (const link of links.toReversed()) {
      const { id, memory } = link.manifest;
      if (memory.kind === "full") return { base: sourceOf(link, SNAPSHOT_FILES.memory), layers };
      const path = (await this.#hot.file.find(id)) ?? (await this.#hot["shared-memory"].find(id));
      if (path !== undefined)
        return { base: { path, makeError: (why) => link.makeError("its hot image", why) }, layers };
      layers.unshift(sourceOf(link, SNAPSHOT_FILES.memoryLayer));
    }
    // A manifest with a memory layer and without a parent is refused when it is read.
    throw (
      links[0]?.makeError(SNAPSHOT_FILES.manifest, "has a memory layer on nothing") ?? new Error("no chain")
    );
  }

  /** Throws when a file that a chain's memory was made of is not what it was when it was verified. */
  async checkUnchanged(chain: Chain): Promise<void> {
    const sets = neededSets(chain);
    requireUnchanged(sets, await this.inspect(sets));
  }

  async #memoryPathOf(
    reference: string,
    chain: Chain,
    { memory = "file", signal }: OpenSnapshotOptions,
  ): Promise<string> {
    const { manifest, directory } = chain.head;
    if (memory === "file" && manifest.memory.kind === "full") return join(directory, SNAPSHOT_FILES.memory);
    const shared = await this.#hot["shared-memory"].find(manifest.id);
    const ready = shared ?? (memory === "file" ? await this.#hot.file.find(manifest.id) : undefined);
    if (ready !== undefined) return ready;
    throwIfAborted(signal, `opening snapshot ${reference}`);
    return this.#hot[memory].ensure(manifest.id, () => this.#planHot(chain), { signal });
  }

  async #planHot(chain: Chain): Promise<HotPlan> {
    const sizeBytes = chain.head.manifest.memoryMib * MIB;
    const sources = await this.findMemorySources(chain);
    return { ...sources, sizeBytes, check: () => this.checkUnchanged(chain) };
  }

  /** Looks at sizes and at the digests that are known. Throws what `makeError` of the sets makes. */
  inspect(sets: readonly LayerSet[]): Promise<LayerInspection[]> {
    return Promise.all(sets.map((set) => this.#verifier.inspect(set)));
  }

  #verifySet(reference: string, set: LayerSet, signal: AbortSignal): Promise<void> {
    const options = { signal, onProgress: () => undefined, stage: `verifying snapshot ${reference}` };
    // Errors name the reference, and the same link can be needed of two chains for different files.
    const key = [reference, set.directory, ...set.layers.map(({ name }) => name)].join("\n");
    return this.#verifications.run(key, options, (shared) => this.#verifier.verify(set, shared));
  }
}

/** What a child is made of: all of the head, and of what it stands on the disks and the memory below a layer. */
function neededSets({ head, links }: Chain): LayerSet[] {
  const sets = [layerSetOf(head, () => true)];
  let isMemoryNeeded = head.manifest.memory.kind === "diff";
  for (const link of links.toReversed().slice(1)) {
    const wantsMemory = isMemoryNeeded;
    sets.push(layerSetOf(link, ({ role }) => role === "disk" || (wantsMemory && isMemory(role))));
    if (link.manifest.memory.kind === "full") isMemoryNeeded = false;
  }
  return sets;
}

function isMemory(role: SnapshotLayer["role"]): boolean {
  return role === "memory" || role === "memory-layer";
}

function sourceOf({ directory, makeError }: Link, file: string): SourceFile {
  return { path: join(directory, file), makeError: (why) => makeError(file, why) };
}

function summaryOf({ head, tag }: OpenChain, physicalBytes: number): SnapshotSummary {
  return { tag: tag ?? head.manifest.id, directory: head.directory, manifest: head.manifest, physicalBytes };
}

function requireUnchanged(sets: readonly LayerSet[], inspections: readonly LayerInspection[]): void {
  inspections.forEach(({ unverified: [layer] }, index) => {
    if (layer) throw sets[index]?.makeError(layer.name, "changed while it was read");
  });
}
