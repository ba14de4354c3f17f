import type { CallOptions, Claims, ProgressOptions, SnapshotManifest, SnapshotSummary } from "@forkd/core";
import type { TransferPlace } from "../transfers/transfer-place.ts";

/** What a file of a snapshot is. */
export type LinkFileRole = "memory" | "memory-layer" | "device-state" | "disk";

/** One file of a snapshot, as its manifest says that it is. */
export interface LinkFile {
  readonly role: LinkFileRole;
  /** Its name in the snapshot's directory. */
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** One snapshot of a chain, whose bytes are verified. */
export interface ExportedLink {
  /** Its tag, or null when it has none. */
  readonly tag: string | null;
  readonly manifest: SnapshotManifest;
  /** `manifest.json` byte for byte; children pin its digest, so it must travel as it is. */
  readonly manifestText: string;
  readonly manifestSha256: string;
  /** Its own files alone: memory, device state, then disks, lowest first. Never written to. */
  readonly files: readonly LinkFile[];
}

/** A chain that is not removed before disposal. */
export interface ExportedChain extends Disposable {
  /** From the one that stands alone to the snapshot itself. */
  readonly links: readonly ExportedLink[];
}

/** A link that is being brought in. */
export interface ImportedLink {
  readonly manifest: SnapshotManifest;
  /** The very same link is in the store already, whole: it is used, and no file of it must be written. */
  readonly isPresent: boolean;
  /** The files to be created at their paths before `commit`, with these sizes and digests; none for one present. */
  readonly files: readonly LinkFile[];
}

/** A chain that is being brought in. Until `commit`, disposal removes every trace of it. */
export interface ChainImport extends AsyncDisposable {
  /** For whatever the importer needs meanwhile; on the file system of the store, and gone after disposal. */
  readonly directory: string;
  /**
   * Takes the next link, from the one that stands alone to the head, by the text of its manifest. Checks it against
   * the link before, and writes nothing but an empty directory. Throws `snapshot_corrupt` when the text is not a
   * manifest, is not that of a child of the link before, or has the id of another snapshot that is stored here;
   * `chain_too_deep`. What is there already is held until disposal.
   */
  addLink(manifestText: string, options: CallOptions): Promise<ImportedLink>;
  /**
   * Verifies every file that was written against its manifest, makes it durable, publishes the links, and points the
   * tag to the last one. Throws `snapshot_corrupt` naming the file, `disk_full`, `cancelled`; then nothing of it is
   * in the store.
   */
  commit(options: ProgressOptions): Promise<SnapshotSummary>;
}

/**
 * Takes chains out of a store, and brings chains into it: what packs and registries are made of.
 *
 * @example
 * using chain = await store.exportChain("py", options);
 * for (const { manifestText, files } of chain.links) …
 * await using chain = await store.beginImport("py", { replace: false });
 * for (const text of manifestTexts) for (const file of (await chain.addLink(text, options)).files) await write(file.path);
 * await chain.commit(options);
 */
export interface PortableSnapshots {
  /** Where those who carry chains keep how far they came. */
  readonly transfers: TransferPlace;
  /** Who needs what is in this store, and the images. */
  readonly claims: Claims;
  /**
   * A chain whose files can be read until disposal. Throws `snapshot_not_found`, `snapshot_corrupt`.
   */
  exportChain(reference: string, options: CallOptions): Promise<ExportedChain>;
  /**
   * Begins to bring a chain in under a tag. Throws `snapshot_exists` when the tag is taken, unless it is to be
   * replaced, or is being written. With `replace`, the tag points to the old snapshot until `commit`; the old one is
   * then removed when nothing stands on it and nobody needs it.
   */
  beginImport(tag: string, options: { readonly replace: boolean }): Promise<ChainImport>;
}
