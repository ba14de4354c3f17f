import type { SnapshotInfo, SnapshotRequest } from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions, ProgressOptions } from "./options.ts";

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

  /** Removes a snapshot; with `force` also when machines run from it, which go on. Throws `snapshot_in_use`. */
  remove(tag: string, { signal, force }: CallOptions & { readonly force?: boolean } = {}): Promise<void> {
    return this.#connection.call("deleteSnapshot", { params: { tag }, query: { force } }, { signal });
  }
}
