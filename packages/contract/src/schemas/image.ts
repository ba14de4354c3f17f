import { z } from "zod";
import { imageIdSchema, inlineFileSchema, tagSchema } from "./primitives.ts";

/** What a root image is made of. The same recipe gives the same image, and is not built twice. */
export const imageRecipeSchema = z
  .strictObject({
    suite: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/, "must be a suite such as bookworm")
      .default("bookworm")
      .meta({ description: "The Debian suite." }),
    packages: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]{1,127}$/, "is not a package name"))
      .max(512)
      .default([])
      .meta({ description: "Debian packages, with what they depend on." }),
    files: z.array(inlineFileSchema).max(256).default([]).meta({ description: "Extra files." }),
    script: z
      .string()
      .max(65_536)
      .nullable()
      .default(null)
      .meta({ description: "A shell script that runs inside of the new root, as its root user." }),
    size_mib: z
      .number()
      .int()
      .min(256)
      .max(65_536)
      .default(2048)
      .meta({ description: "The size of the file system in MiB; unused blocks take no space." }),
  })
  .meta({ id: "ImageRecipe" });

export const imageBuildRequestSchema = z
  .strictObject({ name: tagSchema, recipe: imageRecipeSchema })
  .meta({ id: "ImageBuildRequest" });

export const imageInfoSchema = z
  .object({
    id: imageIdSchema,
    names: z.array(z.string()),
    recipe: imageRecipeSchema,
    size_bytes: z.number().int().meta({ description: "The size of the file system." }),
    physical_bytes: z.number().int().meta({ description: "What it takes on the host's disk." }),
    created_at_unix: z.number().int(),
    cached: z.boolean().meta({ description: "Whether it was there already when it was asked for." }),
  })
  .meta({ id: "ImageInfo" });
