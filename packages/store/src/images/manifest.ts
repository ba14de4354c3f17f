import { z } from "zod";
import { imageIdSchema, imageRecipeSchema } from "@forkd/contract";

/** The files of an image. */
export const IMAGE_FILES = { manifest: "manifest.json", root: "root.ext4" } as const;

/** A manifest is at most this large; most of it can be the extra files of the recipe. */
export const IMAGE_MANIFEST_LIMIT_BYTES = 32 * 1024 * 1024;

/** An id in a file of its own: what a name and a recipe point to. */
export const imagePointerSchema = z.strictObject({
  id: imageIdSchema,
});

export const imageManifestSchema = z.strictObject({
  formatVersion: z.literal(1),
  id: imageIdSchema,
  createdAtUnix: z.number().int().nonnegative(),
  sizeBytes: z.number().int().nonnegative(),
  recipe: imageRecipeSchema,
});

/** `manifest.json` of an image: what it was made of. Its bytes are vouched for by its id. */
export type ImageManifest = z.output<typeof imageManifestSchema>;
