import { join } from "node:path";
import { z } from "zod";
import {
  ForkdError,
  SNAPSHOT_ID_PATTERN,
  TAG_PATTERN,
  isForkdError,
  sha256Schema,
  snapshotIdSchema,
} from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import type { SnapshotManifest, StoredSnapshot } from "@forkd/core";
import type { DataRoot } from "../data-root.ts";
import { JsonFileCache } from "../files/json-file-cache.ts";
import type { JsonFile } from "../files/json-file-cache.ts";
import { listDirectory } from "../files/list-directory.ts";
import { hasDirectory } from "../files/regular-file.ts";
import type { LayerSet, LayerVerifier } from "../verify/layer-verifier.ts";
import {
  MANIFEST_LIMIT_BYTES,
  SNAPSHOT_FILES,
  diskFileName,
  layersOf,
  snapshotManifestSchema,
} from "./manifest.ts";

const POINTER_LIMIT_BYTES = 4096;

const pointerSchema = z.strictObject({
  id: snapshotIdSchema,
  manifestSha256: sha256Schema,
});

/** What a tag says: which snapshot, and the digest of its manifest, which has the digests of all else. */
export type TagPointer = z.output<typeof pointerSchema>;

/** A snapshot whose manifest and sizes are right. Its bytes are verified when `unverified` is empty. */
export interface InspectedSnapshot {
  readonly snapshot: StoredSnapshot;
  readonly layers: LayerSet;
  readonly isVerified: boolean;
}

/** Reads tags and manifests; changes nothing. */
export class SnapshotCatalogue {
  readonly #root: DataRoot;
  readonly #verifier: LayerVerifier;
  readonly #pointers = new JsonFileCache(pointerSchema, POINTER_LIMIT_BYTES);
  readonly #manifests = new JsonFileCache<SnapshotManifest>(snapshotManifestSchema, MANIFEST_LIMIT_BYTES);

  constructor(root: DataRoot, verifier: LayerVerifier) {
    this.#root = root;
    this.#verifier = verifier;
  }

  /** The tags that there are, whatever they point to. */
  async listTags(): Promise<string[]> {
    return (await listDirectory(this.#root.snapshotTags)).filter((name) => TAG_PATTERN.test(name));
  }

  /** The ids that there are directories for. */
  async listIds(): Promise<SnapshotId[]> {
    const names = await listDirectory(this.#root.snapshots);
    return names.filter((name): name is SnapshotId => SNAPSHOT_ID_PATTERN.test(name));
  }

  /** What a tag points to, or undefined when there is no such tag. Throws `snapshot_corrupt`. */
  async readTag(tag: string): Promise<TagPointer | undefined> {
    const file = await this.#pointers.read(this.tagPath(tag), (why) => corrupt(tag, "its tag", why));
    return file?.value;
  }

  /** As {@link readTag}, for those who go on when the tag is damaged. */
  async peekTag(tag: string): Promise<TagPointer | "damaged" | undefined> {
    try {
      return await this.readTag(tag);
    } catch (error) {
      if (isForkdError(error)) return "damaged";
      throw error;
    }
  }

  /** A snapshot's manifest, or undefined when there is none. Throws `snapshot_corrupt`, under this name. */
  async readManifest(id: SnapshotId, name: string = id): Promise<JsonFile<SnapshotManifest> | undefined> {
    const path = join(this.directoryOf(id), SNAPSHOT_FILES.manifest);
    return this.#manifests.read(path, (why) => corrupt(name, SNAPSHOT_FILES.manifest, why));
  }

  /** Looks at everything but the bytes of the layers. Throws `snapshot_not_found`, `snapshot_corrupt`. */
  async inspect(tag: string): Promise<InspectedSnapshot> {
    return this.whileTagged(tag, async () => {
      const pointer = await this.readTag(tag);
      if (pointer === undefined) throw await this.notFound(tag);
      return this.#inspectTarget(tag, pointer);
    });
  }

  /** Does work that reads a snapshot. When it fails because the snapshot was removed, it is `snapshot_not_found`. */
  async whileTagged<Value>(tag: string, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      if ((await this.peekTag(tag)) === undefined) throw await this.notFound(tag);
      throw error;
    }
  }

  tagPath(tag: string): string {
    return join(this.#root.snapshotTags, tag);
  }

  directoryOf(id: SnapshotId): string {
    return join(this.#root.snapshots, id);
  }

  async notFound(tag: string): Promise<ForkdError> {
    return new ForkdError("snapshot_not_found", { tag, known: await this.listTags() });
  }

  /** Drops what is kept in memory of a tag that is written or removed. */
  forgetTag(tag: string): void {
    this.#pointers.forget(this.tagPath(tag));
  }

  /** Drops what is kept in memory of a snapshot that is removed. */
  forgetSnapshot(id: SnapshotId): void {
    this.#manifests.forget(join(this.directoryOf(id), SNAPSHOT_FILES.manifest));
    this.#verifier.forget(this.directoryOf(id));
  }

  async #inspectTarget(tag: string, { id, manifestSha256 }: TagPointer): Promise<InspectedSnapshot> {
    const directory = this.directoryOf(id);
    if (!(await hasDirectory(directory, (why) => corrupt(tag, id, why))))
      throw corrupt(tag, id, "is missing");
    const file = await this.readManifest(id, tag);
    if (file === undefined) throw corrupt(tag, SNAPSHOT_FILES.manifest, "is missing");
    if (file.value.id !== id) throw corrupt(tag, SNAPSHOT_FILES.manifest, `is that of ${file.value.id}`);
    if (file.sha256 !== manifestSha256)
      throw corrupt(
        tag,
        SNAPSHOT_FILES.manifest,
        `has the digest ${file.sha256} instead of ${manifestSha256}`,
      );
    const layers = this.#layersOf(tag, file.value);
    const { physicalBytes, unverified } = await this.#verifier.inspect(layers);
    return {
      snapshot: describeSnapshot(tag, directory, file.value, physicalBytes),
      layers,
      isVerified: unverified.length === 0,
    };
  }

  #layersOf(tag: string, manifest: SnapshotManifest): LayerSet {
    return {
      directory: this.directoryOf(manifest.id),
      layers: layersOf(manifest),
      blame: (file, why) => corrupt(tag, file, why),
    };
  }
}

/** A snapshot with the paths of its files. */
function describeSnapshot(
  tag: string,
  directory: string,
  manifest: SnapshotManifest,
  physicalBytes: number,
): StoredSnapshot {
  return {
    tag,
    directory,
    manifest,
    memoryPath: join(directory, SNAPSHOT_FILES.memory),
    deviceStatePath: join(directory, SNAPSHOT_FILES.deviceState),
    diskPaths: manifest.disks.map((_, index) => join(directory, diskFileName(index))),
    physicalBytes,
  };
}

function corrupt(tag: string, file: string, why: string): ForkdError {
  return new ForkdError("snapshot_corrupt", { tag, file, why });
}
