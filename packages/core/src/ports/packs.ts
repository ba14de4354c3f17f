import type { SnapshotId } from "@forkd/contract";
import type { HostOffer } from "./engine.ts";
import type { ProgressOptions } from "./options.ts";

/** A key in PEM, and what to call it: the file that it is in. */
export interface NamedKey {
  readonly name: string;
  readonly pem: string;
}

/** For a registry. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a pack must be to be let in. */
export interface PackRules {
  readonly host: HostOffer;
  /** When there are any, one of them must have signed it. */
  readonly requireSignature: readonly NamedKey[];
  /** What it may become, holes counted as if they were data. */
  readonly limitBytes: number;
}

/** What a pack must be, and what becomes of it. */
export interface PullOrder extends PackRules {
  /** The tag here; null for the one that is in the pack. */
  readonly tag: string | null;
  /** Replace a snapshot of that tag. */
  readonly force: boolean;
}

/** How to speak to a registry. */
export interface RegistryAccessOptions {
  /** Speak http to it. */
  readonly plainHttp: boolean;
  /** Null for those that are kept for this registry. */
  readonly credentials: Credentials | null;
}

export interface PackOrder {
  /** An absolute path. */
  readonly output: string;
  /** Replace a file that is there. */
  readonly force: boolean;
  readonly description: string;
  /** A private key to sign with. */
  readonly sign: NamedKey | null;
}

export interface PackInfo {
  readonly tag: string;
  readonly id: SnapshotId;
  readonly path: string;
  /** Of the pack's manifest: `sha256:…`. */
  readonly digest: string;
  /** How many snapshots are in it. */
  readonly links: number;
  /** What the files in it take when they are unpacked, holes counted as if they were data. */
  readonly logicalBytes: number;
  readonly packedBytes: number;
}

export interface PushOrder extends RegistryAccessOptions {
  /** `host[:port]/name[:tag]`. */
  readonly destination: string;
  readonly description: string;
  readonly sign: NamedKey | null;
}

export interface PushInfo {
  readonly destination: string;
  /** Of the pack's manifest: `sha256:…`, as when it is packed to a file or pulled. */
  readonly digest: string;
  /** Pulls just this, whatever becomes of the tag: `oci://host/name@sha256:…`, with the digest of the OCI manifest. */
  readonly reference: string;
  readonly blobs: number;
  /** Those that the registry lacked. */
  readonly blobsSent: number;
  readonly bytesSent: number;
}

export interface PullRequest extends PullOrder, RegistryAccessOptions {
  /** An absolute path, an http(s) URL, `oci://host/name:tag`, or `owner/name[@version]`. */
  readonly source: string;
  /** What a file or download must have; null when it is not known. */
  readonly sha256: string | null;
  /** The index that `owner/name` is looked up in. */
  readonly indexUrl: string;
}

export interface PullInfo {
  readonly tag: string;
  readonly id: SnapshotId;
  /** Without what may be secret in a URL. */
  readonly source: string;
  readonly digest: string;
  readonly links: number;
  /** The name of the key that signed it, when a signature was required. */
  readonly signedBy: string | null;
  /** Over the network. */
  readonly bytesReceived: number;
}

/** Snapshots in files and registries: everything that another host needs to fork them, and nothing that is its own. */
export interface Packs {
  /**
   * Writes a snapshot, with all that it stands on, to one file. Throws `snapshot_not_found`, `snapshot_corrupt`,
   * `invalid_request` for the output or the key, `disk_full`, `cancelled`.
   */
  pack(reference: string, order: PackOrder, options: ProgressOptions): Promise<PackInfo>;
  /** Sends to an OCI registry what it lacks of that. Throws as `pack` does, and `registry_failed`. */
  push(reference: string, order: PushOrder, options: ProgressOptions): Promise<PushInfo>;
  /**
   * Takes a pack in, from wherever it is. It is checked before anything is written, and all of it is verified before
   * it gets its tag. Throws `pack_invalid`, `pack_incompatible`, `pack_too_large`, `signature_required`, `signature_invalid`,
   * `snapshot_exists`, `registry_failed`, `invalid_request`, `disk_full`, `cancelled`.
   */
  pull(request: PullRequest, options: ProgressOptions): Promise<PullInfo>;
}
