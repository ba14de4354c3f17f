import { createHash } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import { MACHINE_FILES, throwIfAborted } from "@forkd/core";
import type { ProgressOptions, SnapshotDescription, SnapshotDraft, StoredSnapshot } from "@forkd/core";
import type { DataRoot } from "../data-root.ts";
import { atomicWrite } from "../files/atomic-write.ts";
import { canonicalJson } from "../files/canonical-json.ts";
import { publishDirectory } from "../files/durable.ts";
import { namingDiskFull } from "../files/errno.ts";
import { inspectRegularFile } from "../files/regular-file.ts";
import { removeTree } from "../files/remove-tree.ts";
import { sealLayers } from "../verify/seal.ts";
import { writeVerified } from "../verify/verified-record.ts";
import type { SnapshotCatalogue } from "./catalogue.ts";
import { MANIFEST_LIMIT_BYTES, SNAPSHOT_FILES, composeManifest, diskFileName } from "./manifest.ts";

export interface DraftPlace {
  readonly root: DataRoot;
  readonly catalogue: SnapshotCatalogue;
  readonly id: SnapshotId;
  readonly tag: string;
  /** Disposed of once the snapshot is stored, or given up. */
  readonly claim: Disposable;
}

/** Makes the directories of a draft. Throws `disk_full`. */
export async function createSnapshotDraft(place: DraftPlace): Promise<SnapshotDraft> {
  await using undo = new AsyncDisposableStack();
  const draft = undo.use(new FileSnapshotDraft(place));
  await namingDiskFull(place.root.path, `snapshot ${place.tag}`, () => draft.create());
  undo.move();
  return draft;
}

class FileSnapshotDraft implements SnapshotDraft {
  readonly id: SnapshotId;
  readonly machineDirectory: string;
  readonly memoryPath: string;
  readonly deviceStatePath: string;
  readonly diskPath: string;
  readonly #place: DraftPlace;
  readonly #directory: string;
  /** What becomes the snapshot's directory. */
  readonly #layers: string;
  #commit: Promise<StoredSnapshot> | undefined;

  constructor(place: DraftPlace) {
    this.#place = place;
    this.#directory = join(place.root.drafts, place.id);
    this.#layers = join(this.#directory, "layers");
    this.id = place.id;
    this.machineDirectory = join(this.#directory, "machine");
    this.memoryPath = join(this.#layers, SNAPSHOT_FILES.memory);
    this.deviceStatePath = join(this.#layers, SNAPSHOT_FILES.deviceState);
    this.diskPath = join(this.machineDirectory, MACHINE_FILES.overlay);
  }

  async create(): Promise<void> {
    await mkdir(this.#directory, { mode: 0o700 });
    await mkdir(this.#layers, { mode: 0o700 });
    await mkdir(this.machineDirectory, { mode: 0o700 });
  }

  commit(description: SnapshotDescription, options: ProgressOptions): Promise<StoredSnapshot> {
    if (this.#commit !== undefined) throw this.#defect("it was committed before");
    const { root, tag, claim } = this.#place;
    this.#commit = namingDiskFull(root.path, `snapshot ${tag}`, async () => {
      const stored = await this.#publish(description, options);
      claim[Symbol.dispose]();
      return stored;
    });
    return this.#commit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([this.#commit]);
    using _ = this.#place.claim;
    await removeTree(this.#directory);
  }

  async #publish(description: SnapshotDescription, options: ProgressOptions): Promise<StoredSnapshot> {
    const { catalogue, id, tag } = this.#place;
    const text = await this.#seal(description, options);
    throwIfAborted(options.signal, `storing snapshot ${tag}`);
    await using undo = new AsyncDisposableStack();
    await publishDirectory(this.#layers, catalogue.directoryOf(id), undo);
    undo.defer(() => rm(catalogue.tagPath(tag), { force: true }));
    const manifestSha256 = createHash("sha256").update(text).digest("hex");
    await atomicWrite(catalogue.tagPath(tag), `${canonicalJson({ id, manifestSha256 })}\n`);
    catalogue.forgetTag(tag);
    const { snapshot } = await catalogue.inspect(tag);
    undo.move();
    return snapshot;
  }

  /** Makes the layers final and writes the manifest after them; gives its text. */
  async #seal(description: SnapshotDescription, options: ProgressOptions): Promise<string> {
    const names = [SNAPSHOT_FILES.memory, SNAPSHOT_FILES.deviceState, diskFileName(0)];
    const blame = (file: string, why: string): ForkdError => this.#defect(`${file} ${why}`);
    await this.#takeOverlay();
    const sealed = await sealLayers({ directory: this.#layers, blame }, names, options);
    const manifest = composeManifest(description, sealed.layers);
    if (manifest.id !== this.id) throw this.#defect(`it was described as ${manifest.id}`);
    const text = `${canonicalJson(manifest)}\n`;
    requireStorable(text);
    await writeVerified(this.#layers, sealed.digests);
    await atomicWrite(join(this.#layers, SNAPSHOT_FILES.manifest), text);
    return text;
  }

  /** The machine is dead: what it kept in its own directory becomes a layer. */
  async #takeOverlay(): Promise<void> {
    await inspectRegularFile(this.diskPath, (why) => this.#defect(`${this.diskPath} ${why}`));
    await rename(this.diskPath, join(this.#layers, diskFileName(0)));
  }

  #defect(why: string): ForkdError {
    return new ForkdError("internal", { reason: `the draft ${this.id} cannot be stored: ${why}` });
  }
}

function requireStorable(manifest: string): void {
  const size = Buffer.byteLength(manifest);
  if (size <= MANIFEST_LIMIT_BYTES) return;
  const message = `makes a manifest of ${size} bytes, more than ${MANIFEST_LIMIT_BYTES}`;
  throw new ForkdError("invalid_request", { issues: [{ path: "warm", message }] });
}
