import type {
  PackInfo,
  PackRequest,
  PullInfo,
  PullRequest,
  PushInfo,
  PushRequest,
  SnapshotDetail,
  SnapshotInfo,
  SnapshotRemoval,
  SnapshotRequest,
} from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions, PageOptions, ProgressOptions } from "./options.ts";

/** What else a removal may touch; at most one of the two. */
export interface RemoveSnapshotOptions extends CallOptions {
  /** Also when machines run from it, which go on, or snapshots stand on it, which keep the layers they need. */
  readonly force?: boolean | undefined;
  /** Remove the snapshots that stand on it too. */
  readonly cascade?: boolean | undefined;
}

/** Snapshots: warm machines, frozen, that children are forked from. */
export class Snapshots {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** All snapshots, those being written too. */
  list(options: CallOptions = {}): Promise<readonly SnapshotInfo[]> {
    return this.#connection.call("listSnapshots", {}, options);
  }

  /** The same in pages, by their tags: see {@link Sandboxes.pages}. */
  pages(options: PageOptions = {}): AsyncGenerator<readonly SnapshotInfo[], void, undefined> {
    return this.#connection.pages("listSnapshots", options);
  }

  /** One snapshot. Throws `snapshot_not_found`. */
  get(tag: string, options: CallOptions = {}): Promise<SnapshotInfo> {
    return this.#connection.call("getSnapshot", { params: { tag } }, options);
  }

  /**
   * Boots an image, warms it up and freezes it. Throws `snapshot_exists`, `image_not_found`, `boot_failed`,
   * `warm_up_failed`, `never_ready` and others; nothing is kept then.
   *
   * @example
   * await forkd.snapshots.create({ tag: "py", image: "py", warm: [{ kind: "python", code: "import numpy" }] });
   */
  create(request: SnapshotRequest, options: ProgressOptions = {}): Promise<SnapshotInfo> {
    return this.#connection.call("createSnapshot", { body: request }, options);
  }

  /** One snapshot among its relatives, with sizes. Throws `snapshot_not_found`, `snapshot_corrupt`. */
  detail(tag: string, options: CallOptions = {}): Promise<SnapshotDetail> {
    return this.#connection.call("snapshotDetail", { params: { tag } }, options);
  }

  /** Makes a snapshot `to` of the same content that stands alone. Throws `snapshot_exists`, `disk_full`. */
  compact(tag: string, to: string, options: ProgressOptions = {}): Promise<SnapshotInfo> {
    return this.#connection.call("compactSnapshot", { params: { tag }, body: { to } }, options);
  }

  /**
   * Removes a snapshot, and with `cascade` all that stands on it; gives the tags that are gone. Throws
   * `snapshot_in_use`, `snapshot_has_dependents`.
   */
  remove(tag: string, { signal, force, cascade }: RemoveSnapshotOptions = {}): Promise<SnapshotRemoval> {
    return this.#connection.call(
      "deleteSnapshot",
      { params: { tag }, query: { force, cascade } },
      { signal },
    );
  }

  /**
   * Writes a snapshot, with all that it stands on, to one file of the daemon's host. Throws `snapshot_corrupt`,
   * `disk_full`; no half of a file is left then.
   *
   * @example await forkd.snapshots.pack("py", { output: "/srv/packs/py.forkd-snapshot.tar.zst" });
   */
  pack(tag: string, request: PackRequest, options: ProgressOptions = {}): Promise<PackInfo> {
    return this.#connection.call("packSnapshot", { params: { tag }, body: request }, options);
  }

  /** Pushes a snapshot to an OCI registry, less what is there already. Throws `registry_failed`. */
  push(tag: string, request: PushRequest, options: ProgressOptions = {}): Promise<PushInfo> {
    return this.#connection.call("pushSnapshot", { params: { tag }, body: request }, options);
  }

  /**
   * Gets a snapshot out of a pack: a file, a URL, an OCI registry, or an index. Throws `pack_invalid`,
   * `pack_incompatible`, `signature_required`, `signature_invalid`, `registry_failed`, `snapshot_exists`; nothing is
   * kept then.
   *
   * @example await forkd.snapshots.pull({ source: "oci://registry.example.com/team/py:v1", tag: "py" });
   */
  pull(request: PullRequest, options: ProgressOptions = {}): Promise<PullInfo> {
    return this.#connection.call("pullSnapshot", { body: request }, options);
  }
}
