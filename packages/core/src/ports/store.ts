import type { ImageId, ImageInfo, ImageRecipe, SnapshotId } from "@forkd/contract";
import type { EngineIdentity } from "./engine.ts";
import type { CallOptions, ProgressOptions } from "./options.ts";

/** A root image that is whole. */
export interface StoredImage {
  readonly id: ImageId;
  readonly path: string;
  readonly sizeBytes: number;
}

/** Makes a root file system of a recipe. */
export interface ImageBuilder {
  /**
   * Writes a raw ext4 image to `outputPath`, a new file in a directory that is the caller's to remove.
   * Throws `image_build_failed`, `requirement_missing`, `disk_full`.
   */
  build(name: string, recipe: ImageRecipe, outputPath: string, options: ProgressOptions): Promise<void>;
}

/** Builds and keeps root images, content-addressed: `images/<sha256>`. */
export interface ImageStore {
  /** Builds the image, or finds the one of the same recipe; either way `name` points to it afterwards. */
  build(name: string, recipe: ImageRecipe, options: ProgressOptions): Promise<ImageInfo>;
  list(): Promise<ImageInfo[]>;
  /** Throws `image_not_found`. Looks at the names alone. */
  find(nameOrId: string): Promise<{ id: ImageId }>;
  /** Throws `image_not_found`; `image_corrupt` when the bytes are not those that were stored. */
  open(nameOrId: string, options: CallOptions): Promise<StoredImage>;
  /** Removes the image and its names. */
  remove(nameOrId: string): Promise<void>;
}

/** The guest kernel and the initramfs with our agent in it. */
export interface GuestBoot {
  readonly kernelPath: string;
  readonly initramfsPath: string;
  /** The kernel's package version, such as `6.1.153-1`. */
  readonly kernelVersion: string;
  readonly kernelSha256: string;
  readonly initramfsSha256: string;
  readonly agentVersion: string;
}

/** Fetches the kernel, builds the agent, packs the initramfs; cached by content. */
export interface GuestBootProvider {
  provide(options: ProgressOptions): Promise<GuestBoot>;
}

/** One file of a snapshot. */
export interface LayerRecord {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** `manifest.json` of a snapshot: everything that restoring needs, and where it came from. */
export interface SnapshotManifest {
  readonly formatVersion: 1;
  readonly id: SnapshotId;
  readonly createdAtUnix: number;
  readonly engine: EngineIdentity;
  readonly memoryMib: number;
  readonly vcpus: number;
  readonly kernel: { readonly version: string; readonly sha256: string; readonly initramfsSha256: string };
  readonly agentVersion: string;
  readonly image: { readonly id: ImageId; readonly sizeBytes: number };
  /** `full`: the file is the whole memory. */
  readonly memory: LayerRecord & { readonly kind: "full" };
  readonly deviceState: LayerRecord;
  /** Overlays above the image, lowest first. */
  readonly disks: readonly LayerRecord[];
  /** The snapshot that this one is a layer on; null for one that stands alone. */
  readonly parentId: SnapshotId | null;
  readonly lineage: { readonly sandboxId: string; readonly pauseMs: number } | null;
  readonly recipe: {
    readonly warm: readonly unknown[];
    readonly ready: readonly string[] | null;
    /** For the parent, and for every child. */
    readonly env: Readonly<Record<string, string>>;
  };
  readonly buildMs: number;
}

/** A snapshot that was verified, with the paths of its files. */
export interface StoredSnapshot {
  readonly tag: string;
  readonly directory: string;
  readonly manifest: SnapshotManifest;
  readonly memoryPath: string;
  readonly deviceStatePath: string;
  readonly diskPaths: readonly string[];
  readonly physicalBytes: number;
}

/** What the maker of a snapshot knows; the store adds digests and sizes. */
export type SnapshotDescription = Omit<
  SnapshotManifest,
  "formatVersion" | "memory" | "deviceState" | "disks"
>;

/** A snapshot that is being written. Until `commit`, disposal removes every trace of it. */
export interface SnapshotDraft extends AsyncDisposable {
  readonly id: SnapshotId;
  /** Where the machine keeps its own files while the parent runs. */
  readonly machineDirectory: string;
  readonly memoryPath: string;
  readonly deviceStatePath: string;
  /** Where the frozen overlay must be put before `commit`. */
  readonly diskPath: string;
  /** Digests, fsync, manifest last, rename, then the tag. */
  commit(description: SnapshotDescription, options: ProgressOptions): Promise<StoredSnapshot>;
}

/** One line of the list: a snapshot that is whole, or why it is not. */
export type SnapshotEntry =
  | { readonly status: "ready"; readonly snapshot: StoredSnapshot }
  | { readonly status: "failed"; readonly tag: string; readonly directory: string; readonly why: string };

/** Immutable snapshots, and the tags that point to them. */
export interface SnapshotStore {
  /** Removes what a crash left half-made. Called once, before anything else. */
  recover(): Promise<{ removed: string[] }>;
  /** Throws `snapshot_exists` when the tag is taken or being written. */
  begin(tag: string): Promise<SnapshotDraft>;
  list(): Promise<SnapshotEntry[]>;
  /**
   * Throws `snapshot_not_found`, `snapshot_not_ready`, `snapshot_corrupt`. Digests are verified the first time, and
   * again when a file's size, times or inode are not those that were verified.
   */
  open(tag: string, options: CallOptions): Promise<StoredSnapshot>;
  /** Removes the tag and the snapshot. Machines that run from it keep their open files. */
  remove(tag: string): Promise<void>;
}
