import { z } from "zod";
import type { CallOptions } from "@forkd/core";
import { fit, readDocument } from "../format/pack-manifest.ts";
import type { PackBlob, PackManifest } from "../format/pack-manifest.ts";
import { PackFormatError } from "../format/pack-format-error.ts";
import { PACK_MANIFEST_LIMIT_BYTES } from "../format/pack-manifest.ts";
import { ENVELOPE_LIMIT_BYTES, ENVELOPE_MEDIA_TYPE } from "../signature/envelope.ts";

/**
 * A snapshot in a registry: an OCI image manifest whose config is the pack's manifest, with one layer for each blob,
 * compressed, in their order, and the signature as the last one when there is one.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md#guidelines-for-artifact-usage
 */
export const ARTIFACT_TYPE = "application/vnd.forkd.snapshot.v1";
export const MANIFEST_MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";
export const CONFIG_MEDIA_TYPE = "application/vnd.forkd.snapshot.config.v1+json";

/** A registry keeps manifests of at most 4 MiB. */
export const ARTIFACT_LIMIT_BYTES = 4 * 1024 * 1024;

/** zstd never makes more of its input than this: a 256th, and some bytes for each block and frame. */
const mostCompressed = (sizeBytes: number): number => sizeBytes + Math.ceil(sizeBytes / 128) + 1024;

const descriptorSchema = z.object({
  mediaType: z.string().max(255),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z
    .number()
    .int()
    .nonnegative()
    .max(2 ** 41),
});

const artifactSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(MANIFEST_MEDIA_TYPE),
  artifactType: z.literal(ARTIFACT_TYPE),
  config: descriptorSchema,
  layers: z.array(descriptorSchema).min(1).max(4097),
});

/** A content in a registry. */
export type Descriptor = z.output<typeof descriptorSchema>;

/** What a registry keeps under a tag, taken apart. */
export interface Artifact {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly signature: Descriptor | undefined;
}

/** The media type of a compressed blob. */
export function mediaTypeOf({ kind }: Pick<PackBlob, "kind">): string {
  return `application/vnd.forkd.snapshot.${kind}.v1+zstd`;
}

export interface ArtifactParts {
  readonly manifest: PackManifest;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly signature: Descriptor | undefined;
}

/** The bytes of an OCI manifest; the same parts always give the same. */
export function encodeArtifact({ manifest, config, layers, signature }: ArtifactParts): Buffer {
  const { tag, description, createdAtUnix } = manifest;
  const annotations = {
    "org.opencontainers.image.created": new Date(createdAtUnix * 1000).toISOString(),
    ...(tag !== null && { "org.opencontainers.image.title": tag }),
    ...(description !== "" && { "org.opencontainers.image.description": description }),
  };
  const artifact = {
    schemaVersion: 2,
    mediaType: MANIFEST_MEDIA_TYPE,
    artifactType: ARTIFACT_TYPE,
    config,
    layers: signature === undefined ? layers : [...layers, signature],
    annotations,
  };
  return Buffer.from(JSON.stringify(artifact));
}

/** Reads an OCI manifest, which is hostile. Throws `PackFormatError`. */
export async function parseArtifact(bytes: Buffer, options: CallOptions): Promise<Artifact> {
  const document = await readDocument(bytes, "its OCI manifest", options);
  const { config, layers } = fit(artifactSchema, document, "its OCI manifest");
  if (config.mediaType !== CONFIG_MEDIA_TYPE || config.size > PACK_MANIFEST_LIMIT_BYTES)
    throw new PackFormatError("its config is not the manifest of a pack");
  const last = layers.at(-1);
  if (last?.mediaType !== ENVELOPE_MEDIA_TYPE) return { config, layers, signature: undefined };
  if (last.size > ENVELOPE_LIMIT_BYTES) throw new PackFormatError(`its signature has ${last.size} bytes`);
  return { config, layers: layers.slice(0, -1), signature: last };
}

/** Pairs each blob with the layer that it is in. Throws `PackFormatError` when they do not fit together. */
export function pairLayers(
  { blobs }: PackManifest,
  { layers }: Artifact,
): { readonly blob: PackBlob; readonly layer: Descriptor }[] {
  if (blobs.length !== layers.length)
    throw new PackFormatError(`it has ${layers.length} layers for ${blobs.length} blobs`);
  return blobs.map((blob, index) => {
    const layer = layers[index];
    if (layer?.mediaType !== mediaTypeOf(blob))
      throw new PackFormatError(`its layer ${index} is of another type`);
    if (layer.size > mostCompressed(blob.sizeBytes))
      throw new PackFormatError(`its layer ${index} has ${layer.size} bytes for a blob of ${blob.sizeBytes}`);
    return { blob, layer };
  });
}
