import type { ImageId, Rehearsal, SnapshotId } from "@forkd/contract";
import type { MachineSize } from "../claims/tag-claims.ts";
import type { DeviceRecord } from "./devices.ts";
import type { CaptureMode, EngineIdentity } from "./engine.ts";
import type { CallOptions, ProgressOptions } from "./options.ts";

/** One file of a snapshot. */
export interface LayerRecord {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** `manifest.json` of a snapshot: everything that restoring needs, and where it came from. */
export interface SnapshotManifest {
  /** 1: before devices were recorded. */
  readonly formatVersion: 1 | 2;
  readonly id: SnapshotId;
  readonly createdAtUnix: number;
  readonly engine: EngineIdentity;
  readonly memoryMib: number;
  readonly vcpus: number;
  /** Of a manifest of format 1, those that every machine had. */
  readonly devices: readonly DeviceRecord[];
  readonly kernel: { readonly version: string; readonly sha256: string; readonly initramfsSha256: string };
  readonly agentVersion: string;
  readonly image: { readonly id: ImageId; readonly sizeBytes: number };
  /** `full`: the file is the whole memory. `diff`: a memory layer on that of the parent. */
  readonly memory: LayerRecord & { readonly kind: "full" | "diff" };
  readonly deviceState: LayerRecord;
  /** Overlays above those of the parent, or above the image when there is none; lowest first. */
  readonly disks: readonly LayerRecord[];
  /** The snapshot whose disks, and for a `diff` whose memory, this one stands on; null for one that stands alone. */
  readonly parentId: SnapshotId | null;
  /** The digest of the parent's manifest, which has the digests of all below it; absent without a parent. */
  readonly parentManifestSha256?: string;
  /** For a branch: which machine it was taken of, and how. */
  readonly lineage: {
    readonly sandboxId: string;
    readonly mode: CaptureMode;
    readonly pauseMs: number;
  } | null;
  readonly recipe: {
    readonly warm: readonly unknown[];
    readonly ready: readonly string[] | null;
    /** For the parent, and for every child. */
    readonly env: Readonly<Record<string, string>>;
    /** What a zygote of it does beside what all do; absent: nothing. */
    readonly rehearse?: Rehearsal;
  };
  readonly buildMs: number;
}

/** What a child is made of: a stored snapshot, or one that is staged before it is stored. */
export interface ForkableSnapshot {
  /** Its tag, or its id when it has none. */
  readonly tag: string;
  readonly directory: string;
  readonly manifest: SnapshotDescription;
  /** The whole memory: its own file, or the hot image that was assembled of its chain. */
  readonly memoryPath: string;
  readonly deviceStatePath: string;
  /** Overlays of the whole chain, lowest first. */
  readonly diskPaths: readonly string[];
}

/** A snapshot whose chain is verified. */
export interface StoredSnapshot extends ForkableSnapshot {
  readonly manifest: SnapshotManifest;
  /** What its own files take on disk. */
  readonly physicalBytes: number;
}

/** What the maker of a snapshot knows; the store adds digests and sizes. */
export type SnapshotDescription = Omit<
  SnapshotManifest,
  "formatVersion" | "memory" | "deviceState" | "disks" | "parentManifestSha256"
> & {
  readonly memory: { readonly kind: SnapshotManifest["memory"]["kind"] };
};

/** A snapshot that is being written. Until `commit`, disposal removes every trace of it. */
export interface SnapshotDraft extends AsyncDisposable {
  readonly id: SnapshotId;
  /** Where the machine keeps its own files while the parent runs. */
  readonly machineDirectory: string;
  readonly memoryPath: string;
  readonly deviceStatePath: string;
  /** Where the frozen overlay must be put before `commit`. */
  readonly diskPath: string;
  /**
   * Digests, fsync, rename, manifest last, then the tag if it has one. Throws `snapshot_not_found` when the parent
   * is gone, `chain_too_deep`, `disk_full`, `cancelled`.
   */
  commit(description: SnapshotDescription, options: ProgressOptions): Promise<SnapshotSummary>;
  /**
   * Gives the snapshot as it is, to be forked before it is stored, if it ever is: nothing is hashed or synced, and
   * the files last until the draft is disposed of without a commit, which leaves them where they are. For memory of
   * the kind `full`; the parent cannot be removed meanwhile.
   */
  stage(description: SnapshotDescription, options: CallOptions): Promise<ForkableSnapshot>;
}

/** One line of the list: a snapshot that is whole, or why it is not. */
export type SnapshotEntry =
  | { readonly status: "ready"; readonly snapshot: SnapshotSummary }
  | { readonly status: "failed"; readonly tag: string; readonly directory: string; readonly why: string };

/** A snapshot as it stands in the store; its memory may not be assembled yet. */
export type SnapshotSummary = Omit<StoredSnapshot, "memoryPath" | "deviceStatePath" | "diskPaths">;

/** One snapshot of a chain. */
export interface ChainLink {
  /** The first of its tags, or null when it has none any more. */
  readonly tag: string | null;
  /** In alphabetical order. */
  readonly tags: readonly string[];
  readonly manifest: SnapshotManifest;
  readonly directory: string;
  readonly physicalBytes: number;
}

/** A snapshot among its relatives. */
export interface SnapshotFamily {
  /** From the one that stands alone to the snapshot itself. */
  readonly chain: readonly ChainLink[];
  /** The snapshots that stand on it, at any depth: their tags, or ids when they have none. */
  readonly dependents: readonly string[];
  /** What the hot image takes, or 0 when there is none. */
  readonly hotBytes: number;
}

/** What garbage collection removed, or would remove. */
export interface GarbageReport {
  readonly removed: readonly { readonly kind: GarbageKind; readonly name: string; readonly bytes: number }[];
}

/**
 * `hot`: assembled memory that no machine uses; `snapshot`: one without tag or dependents; `draft`: left half-made;
 * `image`: a root image without a name that no snapshot stands on.
 */
export type GarbageKind = "hot" | "snapshot" | "draft" | "image";

export interface OpenSnapshotOptions extends CallOptions {
  /**
   * `file`: wherever it is cheapest. `shared-memory`: on tmpfs and populated, which live capture needs of the
   * machines that map it. Throws `out_of_resources` when it does not fit.
   */
  readonly memory?: "file" | "shared-memory";
}

export interface RemoveSnapshotOptions {
  readonly dependents?: "refuse" | "cascade" | "untag";
}

/** A snapshot that is not removed before disposal, with all that it stands on. Its tag may be. */
export interface HeldSnapshot extends Disposable {
  readonly id: SnapshotId;
  /** As {@link SnapshotStore.open} does, whatever became of the tag. */
  open(options: OpenSnapshotOptions): Promise<StoredSnapshot>;
}

/** Immutable snapshots, and the tags that point to them. A reference is a tag or a snapshot's id. */
export interface SnapshotStore {
  /** Removes what a crash left half-made. Called once, before anything else. */
  recover(): Promise<{ removed: string[] }>;
  /** Lets go of the memory that was assembled for forks; machines keep what they have mapped. Called last. */
  close(): Promise<void>;
  /**
   * Throws `snapshot_exists` when the tag is taken or being written. Null: a snapshot without a tag. With the
   * size of its machine, a tag is listed as being written.
   */
  begin(tag: string | null, size?: MachineSize): Promise<SnapshotDraft>;
  list(): Promise<SnapshotEntry[]>;
  /** How many tags there are, without a look at what they point to. */
  countTags(): Promise<number>;
  /** Everything that is stored, tagged or not, whole or not. */
  listLinks(): Promise<ChainLink[]>;
  /**
   * Throws `snapshot_not_found`, `snapshot_not_ready`, `snapshot_corrupt` naming the link that is missing or altered.
   * Digests are verified the first time, and again when a file's size, times or inode are not those that were
   * verified. A chain is assembled once, and then opens as fast as a snapshot that stands alone.
   */
  open(reference: string, options: OpenSnapshotOptions): Promise<StoredSnapshot>;
  /** Holds a snapshot for `work`. Throws `snapshot_not_found`, `snapshot_not_ready`, `cancelled`. */
  hold(reference: string, work: string, options: CallOptions): Promise<HeldSnapshot>;
  /**
   * The manifest of a snapshot, whose chain is looked at and nothing else. Throws `snapshot_not_found`,
   * `snapshot_not_ready`, `snapshot_corrupt`.
   */
  readManifest(reference: string): Promise<SnapshotManifest>;
  /** Throws `snapshot_not_found`, `snapshot_corrupt`. */
  describeFamily(reference: string): Promise<SnapshotFamily>;
  /**
   * Removes the tag, and the snapshot if nothing stands on it. With dependents it throws `snapshot_has_dependents`,
   * unless told to `cascade` (they are removed too) or to `untag`: only the tag goes, and the bytes stay for as long
   * as a dependent, a machine or work under way needs them. Otherwise it throws `snapshot_in_use` when somebody needs
   * what would be removed. Gives the tags removed.
   *
   * Snapshots without a tag go with the last that stands on them, except those in use: machines that run from
   * them may be branched yet. They are left to garbage collection.
   */
  remove(tag: string, options?: RemoveSnapshotOptions): Promise<string[]>;
  /**
   * For when a machine is gone or suspended: if no other maps the memory of its snapshot, drops what is kept for it in
   * shared memory; and if nobody needs it, the snapshot itself when it has no tag and nothing stands on it.
   */
  release(id: SnapshotId): Promise<void>;
  /** Makes a snapshot `to` that stands alone and has the same content as `from`. */
  compact(from: string, to: string, options: ProgressOptions): Promise<SnapshotSummary>;
  /** Removes what nothing points to and nobody needs; `dryRun` only says what it would. */
  collectGarbage(options: { readonly dryRun: boolean }): Promise<GarbageReport>;
}
