import { encodeMemoryLayerIndex, PAGE_SIZE } from "@forkd/core";
import type { ImageId } from "@forkd/contract";
import type { PackManifest } from "../src/pack/format/pack-manifest.ts";
import { entry, sha256Of } from "./forged-pack.ts";
import type { ForgedPack } from "./forged-pack.ts";

/** Forges a pack of some kilobytes whose root image is one hole of so many bytes. */
export async function forgeHole(forged: ForgedPack, imageBytes: number): Promise<void> {
  const noPages = encodeMemoryLayerIndex(imageBytes / PAGE_SIZE, new Uint32Array(0), new Set());
  const id = "0".repeat(64) as ImageId;
  const [blob, image] = [sha256Of(noPages), { id, sizeBytes: imageBytes }];
  const content = { sha256: id, sizeBytes: imageBytes };
  const hole = { kind: "pages", sha256: blob, sizeBytes: noPages.length, content };
  const change = ({ links, blobs, image: { recipe, createdAtUnix }, ...rest }: PackManifest): unknown => ({
    ...rest,
    image: { ...image, recipe, createdAtUnix },
    links: pinAnew(links.map((text) => JSON.stringify({ ...JSON.parse(text), image }))),
    blobs: [hole, ...blobs.slice(1)],
  });
  await forged.forge(change, (blobs) => [entry(`blobs/${blob}`, noPages), ...blobs.slice(1)]);
}

/** Each link pins the digest of the one before. */
function pinAnew(links: readonly string[]): string[] {
  const pinned: string[] = [];
  for (const text of links) {
    const below = pinned.at(-1);
    const pin = below === undefined ? {} : { parentManifestSha256: sha256Of(Buffer.from(below)) };
    pinned.push(JSON.stringify({ ...JSON.parse(text), ...pin }));
  }
  return pinned;
}
