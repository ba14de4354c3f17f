import { z } from "zod";
import { imageRecipeSchema } from "./image.ts";
import { fileModeSchema, guestPathSchema, tagSchema } from "./primitives.ts";
import { rehearsalSchema, snapshotRequestSchema } from "./snapshot.ts";

/** Lines and code are as long as the requests that they go into allow. */
const shellLineSchema = z.string().min(1).max(131_072);
const codeSchema = z.string().max(1_048_576);

const hostPathSchema = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\0]*$/, "must not hold NUL");

const recipeFileSchema = z.strictObject({
  from: hostPathSchema.meta({
    description: "A file, or a directory with all below it, relative to the recipe.",
  }),
  to: guestPathSchema,
  mode: fileModeSchema
    .optional()
    .meta({ description: "Octal permission bits; those of the file unless told." }),
});

const recipeImageSchema = imageRecipeSchema
  .pick({ suite: true, packages: true, size_mib: true })
  .extend({
    script: hostPathSchema.optional().meta({
      description:
        "A shell script, relative to the recipe, that runs inside of the new root as its root user.",
    }),
    files: z.array(recipeFileSchema).max(256).default([]).meta({ description: "Files to put in." }),
  })
  .meta({ description: "What the image is made of." });

const portSchema = z.number().int().min(1).max(65_535);

const STEPS = ["command", "service", "python", "node"] as const;

const recipeStepSchema = z
  .strictObject({
    command: shellLineSchema.optional().meta({ description: "A line of shell that runs to its end." }),
    service: shellLineSchema.optional().meta({ description: "A line of shell that stays running." }),
    python: codeSchema.optional().meta({ description: "Code for the warm Python interpreter." }),
    node: codeSchema.optional().meta({ description: "Code for the warm Node.js interpreter." }),
  })
  .refine((step) => STEPS.filter((kind) => step[kind] !== undefined).length === 1, {
    message: `needs one of ${STEPS.join(", ")}, and only one`,
    // A field that is misspelt is told as such alone.
    when: ({ issues }) => issues.length === 0,
  })
  .meta({ minProperties: 1, maxProperties: 1 });

const recipeRehearsalSchema = rehearsalSchema.extend({
  commands: z.array(shellLineSchema).max(16).default([]).meta({
    description: "Lines of shell that run to their end, in order; none is listed. One that fails ends it.",
  }),
});

const recipeSnapshotSchema = snapshotRequestSchema
  .pick({ memory_mib: true, vcpus: true, timeout_secs: true, env: true })
  .extend({
    ready: shellLineSchema.optional().meta({
      description: "A line of shell that succeeds once the machine is ready; tried until it does.",
    }),
    warm: z
      .array(recipeStepSchema)
      .max(64)
      .default([])
      .meta({ description: "Steps that warm the machine up, in order; each has one of its fields." }),
    rehearse: recipeRehearsalSchema.prefault({}),
  })
  .meta({ description: "How the machine is booted and warmed up." });

/** What a `forkd.toml` says: an image, the snapshot that is made of it, and a demo. Files are named by paths. */
export const recipeSchema = z
  .strictObject({
    name: tagSchema.meta({ description: "The image's name." }),
    description: z.string().max(4096).optional(),
    problem: z.string().min(1).max(256).optional().meta({ description: "What it is for, in a few words." }),
    ports: z
      .array(portSchema)
      .max(64)
      .default([])
      .meta({ description: "TCP ports that programs of the machine listen on." }),
    demo: hostPathSchema.optional().meta({
      description: "A program, relative to the recipe, that shows and checks what the recipe is for.",
    }),
    image: recipeImageSchema.prefault({}),
    snapshot: recipeSnapshotSchema.prefault({}),
  })
  .meta({ id: "Recipe" });
