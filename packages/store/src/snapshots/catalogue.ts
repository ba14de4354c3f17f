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
import type { SnapshotManifest } from "@forkd/core";
import { listDirectory } from "@forkd/posix";
import type { DataRoot } from "../data-root.ts";
import { JsonFileCache } from "../files/json-file-cache.ts";
import type { JsonFile } from "../files/json-file-cache.ts";
import type { LayerVerifier } from "../verify/layer-verifier.ts";
import { MANIFEST_LIMIT_BYTES, SNAPSHOT_FILES, snapshotManifestSchema } from "./manifest.ts";

const POINTER_LIMIT_BYTES = 4096;

const pointerSchema = z.strictObject({
  id: snapshotIdSchema,
  manifestSha256: sha256Schema,
});

/** What a tag says: which snapshot, and the digest of its manifest, which has the digests of all else. */
export type SnapshotPointer = z.output<typeof pointerSchema>;

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
    const names = await listDirectory(this.#root.snapshotTags);
    return names.filter((name) => TAG_PATTERN.test(name) && !isSnapshotId(name));
  }

  /** The ids that there are directories for. */
  async listIds(): Promise<SnapshotId[]> {
    return (await listDirectory(this.#root.snapshots)).filter(isSnapshotId);
  }

  /** The ids of snapshots that were stored without a tag. */
  async listPins(): Promise<SnapshotId[]> {
    return (await listDirectory(this.#root.snapshotIds)).filter(isSnapshotId);
  }

  /** What a tag points to, or undefined when there is no such tag. Throws `snapshot_corrupt`. */
  async readTag(tag: string): Promise<SnapshotPointer | undefined> {
    const file = await this.#pointers.read(this.tagPath(tag), (why) => corrupt(tag, "its tag", why));
    return file?.value;
  }

  /** As {@link readTag}, for those who go on when the tag is damaged. */
  async peekTag(tag: string): Promise<SnapshotPointer | "damaged" | undefined> {
    try {
      return await this.readTag(tag);
    } catch (error) {
      if (isForkdError(error)) return "damaged";
      throw error;
    }
  }

  /** A snapshot's manifest, or undefined when there is none. Throws what `makeError` makes. */
  async readManifest(
    id: SnapshotId,
    makeError: (file: string, why: string) => ForkdError = (file, why) => corrupt(id, file, why),
  ): Promise<JsonFile<SnapshotManifest> | undefined> {
    const path = join(this.directoryOf(id), SNAPSHOT_FILES.manifest);
    return this.#manifests.read(path, (why) => makeError(SNAPSHOT_FILES.manifest, why));
  }

  /** What the record of a snapshot that was stored without a tag says; undefined when it has none. */
  async readPin(id: SnapshotId): Promise<SnapshotPointer | undefined> {
    const file = await this.#pointers.read(this.pinPath(id), (why) => corrupt(id, "its record", why));
    return file?.value;
  }

  tagPath(tag: string): string {
    return join(this.#root.snapshotTags, tag);
  }

  pinPath(id: SnapshotId): string {
    return join(this.#root.snapshotIds, id);
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
    this.#pointers.forget(this.pinPath(id));
    this.#manifests.forget(join(this.directoryOf(id), SNAPSHOT_FILES.manifest));
    this.#verifier.forget(this.directoryOf(id));
  }
}

/** Whether this can only be an id. No tag may look so. */
export function isSnapshotId(reference: string): reference is SnapshotId {
  return SNAPSHOT_ID_PATTERN.test(reference);
}

/** The error for a snapshot that is not as it was stored. */
export function corrupt(tag: string, file: string, why: string): ForkdError {
  return new ForkdError("snapshot_corrupt", { tag, file, why });
}
