import type { SnapshotManifest } from "@forkd/core";
import { layersOf } from "../../snapshots/manifest.ts";

/** A file, by what is in it. */
export interface Content {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The files that an image and the snapshots on it are made of, each once, the image first. */
export function contentsOf(
  image: { readonly id: string; readonly sizeBytes: number },
  snapshots: readonly SnapshotManifest[],
): Content[] {
  const contents = [{ sha256: image.id, sizeBytes: image.sizeBytes }, ...snapshots.flatMap(layersOf)];
  const unique = new Map(contents.map(({ sha256, sizeBytes }) => [sha256, { sha256, sizeBytes }]));
  return [...unique.values()];
}
