import { rm } from "node:fs/promises";
import { ForkdError, createSnapshotId, toForkdError } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import { throwIfAborted } from "@forkd/core";
import type { CallOptions, SnapshotDraft, SnapshotEntry, SnapshotStore, StoredSnapshot } from "@forkd/core";
import { ensureDataRoot, locateDataRoot, requireName } from "../data-root.ts";
import type { DataRoot } from "../data-root.ts";
import { discardDirectory } from "../discard.ts";
import { syncDirectory } from "../files/durable.ts";
import { namingDiskFull } from "../files/errno.ts";
import { LayerVerifier } from "../verify/layer-verifier.ts";
import { SharedWork } from "../verify/shared-work.ts";
import { SnapshotCatalogue } from "./catalogue.ts";
import type { InspectedSnapshot } from "./catalogue.ts";
import { createSnapshotDraft } from "./draft.ts";
import { recoverSnapshots } from "./recovery.ts";
import { findReferences } from "./references.ts";
import { TagClaims } from "./tag-claims.ts";

/**
 * Keeps snapshots below `root`: `snapshots/<id>/`, `snapshot-tags/<tag>`, and `drafts/` for what is being written.
 * Only one process may use a root at a time, since a tag that is being written is known to this process alone.
 */
export function createSnapshotStore({ root }: { root: string }): SnapshotStore {
  return new FileSnapshotStore(locateDataRoot(root));
}

class FileSnapshotStore implements SnapshotStore {
  readonly #root: DataRoot;
  readonly #verifier = new LayerVerifier();
  readonly #verifications = new SharedWork<void>();
  readonly #catalogue: SnapshotCatalogue;
  readonly #claims = new TagClaims();

  constructor(root: DataRoot) {
    this.#root = root;
    this.#catalogue = new SnapshotCatalogue(root, this.#verifier);
  }

  async recover(): Promise<{ removed: string[] }> {
    await ensureDataRoot(this.#root);
    return { removed: await recoverSnapshots(this.#root, this.#catalogue) };
  }

  async begin(tag: string): Promise<SnapshotDraft> {
    requireName("tag", tag);
    if (this.#claims.find(tag) !== undefined) throw new ForkdError("snapshot_exists", { tag });
    await using undo = new AsyncDisposableStack();
    const claim = undo.use(this.#claims.take(tag, "being written"));
    if ((await this.#catalogue.peekTag(tag)) !== undefined) throw new ForkdError("snapshot_exists", { tag });
    await namingDiskFull(this.#root.path, `snapshot ${tag}`, () => ensureDataRoot(this.#root));
    const place = { root: this.#root, catalogue: this.#catalogue, id: createSnapshotId(), tag, claim };
    const draft = await createSnapshotDraft(place);
    undo.move();
    return draft;
  }

  async list(): Promise<SnapshotEntry[]> {
    const tags = await this.#catalogue.listTags();
    const entries = await Promise.all(tags.map((tag) => this.#entryOf(tag)));
    return entries.filter((entry) => entry !== undefined);
  }

  async open(tag: string, options: CallOptions): Promise<StoredSnapshot> {
    throwIfAborted(options.signal, `opening snapshot ${tag}`);
    this.#requireUnclaimed(tag);
    const found = await this.#catalogue.inspect(tag);
    if (found.isVerified) return found.snapshot;
    await this.#verify(tag, found, options);
    const { snapshot, isVerified } = await this.#catalogue.inspect(tag);
    if (isVerified) return snapshot;
    throw found.layers.blame("a layer", "changed while it was read");
  }

  async remove(tag: string): Promise<void> {
    this.#requireUnclaimed(tag);
    using _ = this.#claims.take(tag, "being removed");
    const pointer = await this.#catalogue.peekTag(tag);
    if (pointer === undefined) throw await this.#catalogue.notFound(tag);
    await rm(this.#catalogue.tagPath(tag), { force: true });
    await syncDirectory(this.#root.snapshotTags);
    this.#catalogue.forgetTag(tag);
    if (pointer !== "damaged") await this.#removeUnlessReferenced(pointer.id);
  }

  #verify(tag: string, { layers }: InspectedSnapshot, { signal }: CallOptions): Promise<void> {
    const options = { signal, onProgress: () => undefined, stage: `verifying snapshot ${tag}` };
    return this.#catalogue.whileTagged(tag, () =>
      this.#verifications.run(layers.directory, options, (shared) => this.#verifier.verify(layers, shared)),
    );
  }

  async #entryOf(tag: string): Promise<SnapshotEntry | undefined> {
    try {
      return { status: "ready", snapshot: (await this.#catalogue.inspect(tag)).snapshot };
    } catch (error) {
      const { code, message } = toForkdError(error);
      if (code === "snapshot_not_found") return undefined;
      return { status: "failed", tag, directory: await this.#directoryOf(tag), why: message };
    }
  }

  async #directoryOf(tag: string): Promise<string> {
    const pointer = await this.#catalogue.peekTag(tag);
    return pointer === undefined || pointer === "damaged" ? "" : this.#catalogue.directoryOf(pointer.id);
  }

  /** Throws `invalid_request`, `snapshot_not_ready`. */
  #requireUnclaimed(tag: string): void {
    requireName("tag", tag);
    const status = this.#claims.find(tag);
    if (status !== undefined) throw new ForkdError("snapshot_not_ready", { tag, status });
  }

  async #removeUnlessReferenced(id: SnapshotId): Promise<void> {
    const { ids } = await findReferences(this.#catalogue);
    if (ids.has(id)) return;
    await discardDirectory(this.#root, this.#catalogue.directoryOf(id));
    this.#catalogue.forgetSnapshot(id);
  }
}
