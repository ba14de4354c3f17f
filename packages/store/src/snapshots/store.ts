import { createSnapshotId, ForkdError, namingDiskFull, toForkdError } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import { NEVER, throwIfAborted } from "@forkd/core";
import type {
  Claims,
  CallOptions,
  ChainLink,
  GarbageReport,
  HeldSnapshot,
  MachineSize,
  OpenSnapshotOptions,
  ProgressOptions,
  RemoveSnapshotOptions,
  SnapshotEntry,
  SnapshotFamily,
  SnapshotManifest,
  SnapshotStore,
  SnapshotSummary,
  StoredSnapshot,
} from "@forkd/core";
import { ensureDataRoot, requireName, requireNewTag } from "../data-root.ts";
import type { TransferPlace } from "../transfers/transfer-place.ts";
import { assembleParts } from "./assemble-parts.ts";
import type { SnapshotStoreOptions } from "./assemble-parts.ts";
import { compactInto } from "./writing/compact.ts";
import { createSnapshotDraft } from "./writing/draft.ts";
import type { FileSnapshotDraft } from "./writing/draft.ts";
import { exportChain } from "./export.ts";
import { describeFamily, listLinks } from "./family.ts";
import { collectGarbage, releaseSnapshot } from "./removal/garbage.ts";
import type { GarbageParts } from "./removal/garbage.ts";
import { createChainImport } from "./writing/import.ts";
import { holdSnapshot } from "./hold.ts";
import { whileStored } from "./resolve.ts";
import { recoverSnapshots } from "./removal/recovery.ts";
import { removeTag } from "./removal/remove-tag.ts";
import type { ChainImport, ExportedChain, PortableSnapshots } from "./portable-snapshots.ts";

/**
 * Keeps snapshots below `root`: `snapshots/<id>/`, `snapshot-tags/<tag>`, `snapshot-ids/<id>` for those without a
 * tag, `hot/<id>` for memory that was assembled of a chain, and `drafts/` for what is being written. Only one process
 * may use a root at a time, since a tag that is being written is known to this process alone.
 */
export function createSnapshotStore(options: SnapshotStoreOptions): SnapshotStore & PortableSnapshots {
  return new FileSnapshotStore(assembleParts(options));
}

class FileSnapshotStore implements SnapshotStore, PortableSnapshots {
  readonly #parts: GarbageParts;

  readonly transfers: TransferPlace;
  readonly claims: Claims;

  constructor(parts: GarbageParts) {
    this.#parts = parts;
    this.transfers = parts.transfers;
    this.claims = parts.claims;
  }

  async recover(): Promise<{ removed: string[] }> {
    await ensureDataRoot(this.#parts.root);
    return { removed: await recoverSnapshots(this.#parts) };
  }

  async close(): Promise<void> {
    for (const images of Object.values(this.#parts.hot)) await images.clear();
  }

  async begin(tag: string | null, size?: MachineSize): Promise<FileSnapshotDraft> {
    const parts = this.#parts;
    const id = createSnapshotId();
    await using undo = new AsyncDisposableStack();
    const claim = undo.use(tag === null ? new DisposableStack() : await this.#claimNew(tag, size));
    await this.#prepare(tag ?? id);
    const draft = await createSnapshotDraft({ parts, id, tag, claim });
    undo.move();
    return draft;
  }

  async list(): Promise<SnapshotEntry[]> {
    const tags = await this.#parts.catalogue.listTags();
    const entries = await Promise.all(tags.map((tag) => this.#entryOf(tag)));
    return entries.filter((entry) => entry !== undefined);
  }

  async countTags(): Promise<number> {
    return (await this.#parts.catalogue.listTags()).length;
  }

  listLinks(): Promise<ChainLink[]> {
    return listLinks(this.#parts);
  }

  async open(reference: string, options: OpenSnapshotOptions): Promise<StoredSnapshot> {
    throwIfAborted(options.signal, `opening snapshot ${reference}`);
    this.#requireReady(reference);
    return this.#parts.opener.open(reference, options);
  }

  async hold(reference: string, work: string, options: CallOptions): Promise<HeldSnapshot> {
    this.#requireReady(reference);
    return holdSnapshot(this.#parts, reference, work, options);
  }

  async readManifest(reference: string): Promise<SnapshotManifest> {
    this.#requireReady(reference);
    const { catalogue, opener } = this.#parts;
    return whileStored(catalogue, reference, async () => (await opener.read(reference)).head.manifest);
  }

  async describeFamily(reference: string): Promise<SnapshotFamily> {
    this.#requireReady(reference);
    return describeFamily(this.#parts, reference);
  }

  async remove(tag: string, options: RemoveSnapshotOptions = {}): Promise<string[]> {
    requireName("tag", tag);
    this.#requireUnclaimed(tag);
    using _claim = this.#parts.claims.tags.take(tag, "being removed");
    using _permit = await this.#parts.changes.acquire("another snapshot to be stored", { signal: NEVER });
    return removeTag(this.#parts, tag, options);
  }

  async release(id: SnapshotId): Promise<void> {
    if (this.#parts.claims.holds.needsMemory(id)) return;
    using _ = await this.#parts.changes.acquire("another snapshot to be stored", { signal: NEVER });
    await releaseSnapshot(this.#parts, id);
  }

  async compact(from: string, to: string, options: ProgressOptions): Promise<SnapshotSummary> {
    this.#requireReady(from);
    await using draft = await this.begin(to);
    using held = await holdSnapshot(this.#parts, from, `compacting it to ${to}`, options);
    const { root, opener } = this.#parts;
    return await namingDiskFull(root.path, `snapshot ${to}`, () =>
      compactInto(opener, { reference: from, held: held.pointer }, draft, options),
    );
  }

  async collectGarbage(options: Parameters<SnapshotStore["collectGarbage"]>[0]): Promise<GarbageReport> {
    using _ = await this.#parts.changes.acquire("another snapshot to be stored", { signal: NEVER });
    return await collectGarbage(this.#parts, options);
  }

  async exportChain(reference: string, options: CallOptions): Promise<ExportedChain> {
    throwIfAborted(options.signal, `opening snapshot ${reference}`);
    this.#requireReady(reference);
    return exportChain(this.#parts, reference, options);
  }

  async beginImport(
    tag: string,
    { replace }: Parameters<PortableSnapshots["beginImport"]>[1],
  ): Promise<ChainImport> {
    await using undo = new AsyncDisposableStack();
    const claim = undo.use(replace ? this.#claimAny(tag) : await this.#claimNew(tag));
    await this.#prepare(tag);
    const chain = await createChainImport({ parts: this.#parts, tag, claim });
    undo.move();
    return chain;
  }

  /** Claims a tag that nobody has. Throws `invalid_request`, `snapshot_exists`. */
  async #claimNew(tag: string, size?: MachineSize): Promise<Disposable> {
    const {
      claims: { tags },
      catalogue,
    } = this.#parts;
    requireNewTag(tag);
    if (tags.find(tag) !== undefined) throw new ForkdError("snapshot_exists", { tag });
    using undo = new DisposableStack();
    const claim = undo.use(tags.take(tag, "being written"));
    if ((await catalogue.peekTag(tag)) !== undefined) throw new ForkdError("snapshot_exists", { tag });
    if (size !== undefined) claim.announce(size);
    undo.move();
    return claim;
  }

  /** Claims a tag that is to be pointed elsewhere. It can be opened meanwhile. */
  #claimAny(tag: string): Disposable {
    const { tags } = this.#parts.claims;
    requireNewTag(tag);
    if (tags.find(tag) !== undefined) throw new ForkdError("snapshot_exists", { tag });
    return tags.take(tag, "being replaced");
  }

  async #prepare(name: string): Promise<void> {
    const { root } = this.#parts;
    await namingDiskFull(root.path, `snapshot ${name}`, () => ensureDataRoot(root));
  }

  async #entryOf(tag: string): Promise<SnapshotEntry | undefined> {
    const { catalogue, opener } = this.#parts;
    try {
      return { status: "ready", snapshot: await opener.summarise(tag) };
    } catch (error) {
      const { code, message } = toForkdError(error);
      if (code === "snapshot_not_found") return undefined;
      const pointer = await catalogue.peekTag(tag);
      const isKnown = pointer !== undefined && pointer !== "damaged";
      const directory = isKnown ? catalogue.directoryOf(pointer.id) : "";
      return { status: "failed", tag, directory, why: message };
    }
  }

  /** Throws `invalid_request`, `snapshot_not_ready`. */
  #requireReady(reference: string): void {
    requireName("tag", reference);
    if (this.#parts.claims.tags.find(reference) !== "being replaced") this.#requireUnclaimed(reference);
  }

  #requireUnclaimed(tag: string): void {
    const status = this.#parts.claims.tags.find(tag);
    if (status !== undefined) throw new ForkdError("snapshot_not_ready", { tag, status });
  }
}
