import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { ForkdError, namingDiskFull } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import { PAGE_SIZE } from "@forkd/core";
import type {
  CallOptions,
  ForkableSnapshot,
  ProgressOptions,
  SnapshotDescription,
  SnapshotDraft,
  SnapshotSummary,
} from "@forkd/core";
import { inspectRegularFile } from "@forkd/posix";
import { discardDirectory } from "../../discard.ts";
import { removeTree } from "../../files/remove-tree.ts";
import { MemoryLayer } from "../../memory/memory-layer.ts";
import { sealLayers } from "../../verify/seal.ts";
import { diskPathsOf, layerSetOf, requireRoom } from "../chain.ts";
import type { StoreParts } from "../store-parts.ts";
import { MIB, SNAPSHOT_FILES, diskFileName, fileNamesOf } from "../manifest.ts";
import type { OpenDraft } from "../open-drafts.ts";
import { whileStored } from "../resolve.ts";
import { publishSnapshot } from "./publish.ts";

export interface DraftPlace {
  readonly parts: StoreParts;
  readonly id: SnapshotId;
  /** Null for a snapshot without one. */
  readonly tag: string | null;
  /** Disposed of once the snapshot is stored, or given up. */
  readonly claim: Disposable;
}

/** Makes the directories of a draft. Throws `disk_full`. */
export async function createSnapshotDraft(place: DraftPlace): Promise<FileSnapshotDraft> {
  await using undo = new AsyncDisposableStack();
  const draft = undo.use(new FileSnapshotDraft(place));
  await namingDiskFull(place.parts.root.path, `snapshot ${place.tag ?? place.id}`, () => draft.create());
  undo.move();
  return draft;
}

/** A snapshot that is being written, in `drafts/<id>`. */
export class FileSnapshotDraft implements SnapshotDraft {
  readonly id: SnapshotId;
  readonly machineDirectory: string;
  readonly memoryPath: string;
  readonly deviceStatePath: string;
  readonly diskPath: string;
  readonly #place: DraftPlace;
  readonly #name: string;
  readonly #directory: string;
  readonly #entry: OpenDraft;
  /** What becomes the snapshot's directory, or is it already while it is staged. */
  #layers: string;
  #diskCount = 1;
  /** Whether the layers were looked at, and have their names. */
  #hasFiles = false;
  #staged: Promise<ForkableSnapshot> | undefined;
  #commit: Promise<SnapshotSummary> | undefined;
  #isStored = false;

  constructor(place: DraftPlace) {
    const { parts, id, tag } = place;
    this.#place = place;
    this.#name = tag ?? id;
    this.#directory = join(parts.root.drafts, id);
    this.#entry = parts.drafts.add(id);
    this.#layers = join(this.#directory, "layers");
    this.id = id;
    this.machineDirectory = join(this.#directory, "machine");
    this.memoryPath = join(this.#layers, SNAPSHOT_FILES.memory);
    this.deviceStatePath = join(this.#layers, SNAPSHOT_FILES.deviceState);
    this.diskPath = join(this.#layers, diskFileName(0));
  }

  async create(): Promise<void> {
    await mkdir(this.#directory, { mode: 0o700 });
    await mkdir(this.#layers, { mode: 0o700 });
    await mkdir(this.machineDirectory, { mode: 0o700 });
  }

  /** Where to put an overlay above that of `diskPath`, for a snapshot that has several of its own. */
  addDisk(): string {
    return join(this.#layers, diskFileName(this.#diskCount++));
  }

  /** Once it has failed, it can be tried again. */
  async commit(description: SnapshotDescription, options: ProgressOptions): Promise<SnapshotSummary> {
    if (this.#commit !== undefined) throw this.#defect("it was committed before");
    this.#commit = this.#store(description, options);
    try {
      return await this.#commit;
    } catch (error) {
      this.#commit = undefined;
      throw error;
    }
  }

  async stage(description: SnapshotDescription, options: CallOptions): Promise<ForkableSnapshot> {
    if (this.#staged !== undefined || this.#commit !== undefined)
      throw this.#defect("it was staged or committed before");
    this.#staged = this.#stage(description, options);
    return this.#staged;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([this.#staged, this.#commit]);
    const { parts, id, claim } = this.#place;
    using stack = new DisposableStack();
    stack.use(claim);
    stack.use(this.#entry);
    const published = parts.catalogue.directoryOf(id);
    if (!this.#isStored && this.#layers === published) await discardDirectory(parts.root, published);
    await removeTree(this.#directory);
  }

  async #store(description: SnapshotDescription, options: ProgressOptions): Promise<SnapshotSummary> {
    const { parts, claim } = this.#place;
    await Promise.allSettled([this.#staged]);
    const summary = await namingDiskFull(parts.root.path, `snapshot ${this.#name}`, async () => {
      await this.#takeFiles(description);
      return this.#publish(description, options);
    });
    this.#isStored = true;
    this.#entry.stagedOn = null;
    claim[Symbol.dispose]();
    return summary;
  }

  async #publish(description: SnapshotDescription, options: ProgressOptions): Promise<SnapshotSummary> {
    const { parts, id, tag } = this.#place;
    const makeError = (file: string, why: string): ForkdError => this.#defect(`${file} ${why}`);
    const names = fileNamesOf(description.memory.kind, this.#diskCount).map(({ name }) => name);
    const sealed = await sealLayers({ directory: this.#layers, makeError }, names, options);
    return publishSnapshot(parts, { id, tag, directory: this.#layers, description, sealed }, options);
  }

  /** Moves the files to where they stay, without the tag or manifest that would make them a snapshot. */
  async #stage(description: SnapshotDescription, options: CallOptions): Promise<ForkableSnapshot> {
    const { parts, id } = this.#place;
    if (description.memory.kind !== "full") throw this.#defect("it has no whole memory to fork");
    const below = await this.#takeParent(description, options);
    await inspectRegularFile(this.memoryPath, (why) => this.#defect(`${this.memoryPath} ${why}`));
    await this.#takeFiles(description);
    const directory = parts.catalogue.directoryOf(id);
    await rename(this.#layers, directory);
    this.#layers = directory;
    return {
      tag: this.#name,
      directory,
      manifest: description,
      memoryPath: join(directory, SNAPSHOT_FILES.memory),
      deviceStatePath: join(directory, SNAPSHOT_FILES.deviceState),
      diskPaths: [...below, join(directory, diskFileName(0))],
    };
  }

  /** Holds the parent until disposal, and gives its overlays. */
  async #takeParent({ parentId }: SnapshotDescription, options: CallOptions): Promise<string[]> {
    if (parentId === null) return [];
    const { changes, opener, catalogue } = this.#place.parts;
    using _ = await changes.acquire("the parent of a draft", options);
    return whileStored(catalogue, parentId, async () => {
      const chain = await opener.read(parentId);
      requireRoom(this.#name, chain, this.#diskCount);
      const sets = chain.links.map((link) => layerSetOf(link, ({ role }) => role === "disk"));
      await opener.verify(parentId, sets, options);
      this.#entry.stagedOn = parentId;
      return diskPathsOf(chain);
    });
  }

  /** The machine is dead or past this instant: its files are what they will be. */
  async #takeFiles({ id, memory, memoryMib }: SnapshotDescription): Promise<void> {
    if (id !== this.id) throw this.#defect(`it was described as ${id}`);
    if (this.#hasFiles) return;
    await inspectRegularFile(this.diskPath, (why) => this.#defect(`${this.diskPath} ${why}`));
    if (memory.kind === "diff") await this.#takeMemoryLayer((memoryMib * MIB) / PAGE_SIZE);
    this.#hasFiles = true;
  }

  async #takeMemoryLayer(guestPages: number): Promise<void> {
    const makeError = (why: string): ForkdError => this.#defect(`${this.memoryPath} ${why}`);
    await using _ = await MemoryLayer.open(this.memoryPath, guestPages, makeError);
    await rename(this.memoryPath, join(this.#layers, SNAPSHOT_FILES.memoryLayer));
  }

  #defect(why: string): ForkdError {
    return new ForkdError("internal", { reason: `the draft ${this.id} cannot be stored: ${why}` });
  }
}
