import type { CallOptions } from "@forkd/core";
import type { PackBlob, PackManifest } from "./pack-manifest.ts";

/** A pack whose first parts are read, wherever it comes from. */
export interface OpenPack {
  /** For errors: a path, a URL, a reference. Without secrets. */
  readonly source: string;
  /** The bytes of its manifest. */
  readonly manifest: Buffer;
  readonly signature: Buffer | undefined;
  /**
   * Goes through the blobs in their order, and calls `take` with the bytes of those that are wanted. What `take` gets
   * is not verified, and may have any length.
   */
  readBlobs(
    manifest: PackManifest,
    isWanted: (blob: PackBlob) => boolean,
    take: (blob: PackBlob, bytes: AsyncIterable<Buffer>) => Promise<void>,
    options: CallOptions,
  ): Promise<void>;
}
