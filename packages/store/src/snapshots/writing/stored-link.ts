import { isForkdError } from "@forkd/contract";
import { layerSetOf } from "../chain.ts";
import type { Link } from "../chain.ts";
import { SNAPSHOT_FILES } from "../manifest.ts";
import type { StoreParts } from "../store-parts.ts";

/** Whether this very link is stored, whole. Throws when its id is that of another snapshot. */
export async function isLinkStored({ catalogue, opener, drafts }: StoreParts, link: Link): Promise<boolean> {
  const { manifest, manifestSha256, makeError } = link;
  const { id } = manifest;
  if (drafts.has(id))
    throw makeError(SNAPSHOT_FILES.manifest, `has the id ${id}, which is being written here`);
  const stored = await unlessCorrupt(() => catalogue.readManifest(id));
  if (stored === undefined) return false;
  if (stored.sha256 !== manifestSha256)
    throw makeError(SNAPSHOT_FILES.manifest, `has the id of another snapshot that is stored here, ${id}`);
  const inPlace = { ...link, directory: catalogue.directoryOf(id) };
  const inspections = await unlessCorrupt(() => opener.inspect([layerSetOf(inPlace, () => true)]));
  return inspections !== undefined;
}

async function unlessCorrupt<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isForkdError(error) && error.code === "snapshot_corrupt") return undefined;
    throw error;
  }
}
