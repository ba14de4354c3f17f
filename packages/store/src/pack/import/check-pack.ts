import { ForkdError, isForkdError } from "@forkd/contract";
import { checkCompatible } from "@forkd/core";
import type { CallOptions, HostOffer, PackRules, SnapshotManifest } from "@forkd/core";
import type { OpenPack } from "../format/open-pack.ts";
import { parsePackManifest } from "../format/pack-manifest.ts";
import type { ParsedPack } from "../format/pack-manifest.ts";
import { requireSignedBy } from "../signature/envelope.ts";
import { digestOf } from "../../files/digest.ts";

export interface CheckedPack extends ParsedPack {
  /** Of its manifest: `sha256:…`. */
  readonly digest: string;
  /** The name of the key that signed it, if one was required. */
  readonly signedBy: string | null;
}

/**
 * Looks at a pack's manifest before anything is written: first at who signed it, for the rest of what it says is
 * worth no more than that. Throws `PackFormatError`, `signature_required`, `signature_invalid`, `pack_incompatible`,
 * `pack_too_large`, `cancelled`.
 */
export async function checkPack(
  { source, manifest, signature }: Pick<OpenPack, "source" | "manifest" | "signature">,
  { host, requireSignature, limitBytes }: PackRules,
  options: CallOptions,
): Promise<CheckedPack> {
  const signed = { source, manifest, envelope: signature };
  const signedBy = requireSignature.length === 0 ? null : requireSignedBy(signed, requireSignature).name;
  const parsed = await parsePackManifest(manifest, source, options);
  for (const snapshot of parsed.snapshots) requireCompatible(source, snapshot, host);
  const contentBytes = parsed.manifest.blobs.reduce((sum, { content }) => sum + content.sizeBytes, 0);
  if (contentBytes > limitBytes) throw new ForkdError("pack_too_large", { source, contentBytes, limitBytes });
  const digest = digestOf(manifest);
  return { ...parsed, digest, signedBy };
}

function requireCompatible(source: string, snapshot: SnapshotManifest, host: HostOffer): void {
  try {
    checkCompatible(snapshot.id, snapshot, host);
  } catch (error) {
    if (!isForkdError(error) || error.code !== "snapshot_incompatible") throw error;
    const details = error.details as ForkdError<"snapshot_incompatible">["details"];
    const { field, snapshot: pack, host: own } = details;
    throw new ForkdError("pack_incompatible", { source, field, pack, host: own }, { cause: error });
  }
}
