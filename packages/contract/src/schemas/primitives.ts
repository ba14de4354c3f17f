import { z } from "zod";
import {
  IMAGE_ID_PATTERN,
  SANDBOX_ID_IN_HOST_PATTERN,
  SANDBOX_ID_PATTERN,
  SNAPSHOT_ID_PATTERN,
} from "../ids.ts";
import { SANDBOX_ID_PREFIX, TAG_PATTERN, TAG_RULE } from "../names.ts";
import type { ImageId, SandboxId, SnapshotId } from "../ids.ts";

/** A string schema whose parsed value carries the brand of an id. */
const branded = <Id extends string>(schema: z.ZodString): z.ZodType<Id, string> =>
  schema as unknown as z.ZodType<Id, string>;

export const tagSchema = z
  .string()
  .regex(TAG_PATTERN, TAG_RULE)
  .meta({ description: "A tag or name.", example: "py-numpy" });

export const sandboxIdSchema = branded<SandboxId>(
  z
    .string()
    .regex(SANDBOX_ID_PATTERN, "must be a sandbox id: sb_ and 16 characters")
    .meta({ description: "A sandbox id.", example: "sb_4k2m9x7q0v3bz8wc" }),
);

/** What a sandbox may be called beside its id. */
export const sandboxNameSchema = z
  .string()
  .regex(TAG_PATTERN, TAG_RULE)
  .refine(
    (name) => !name.startsWith(SANDBOX_ID_PREFIX),
    `must not begin with ${SANDBOX_ID_PREFIX}, as ids do`,
  )
  .refine(
    (name) => !SANDBOX_ID_IN_HOST_PATTERN.test(name),
    "must not be as an id is in a host name: sb- and 16 characters",
  )
  .meta({ description: "A sandbox's name.", example: "web" });

/** A sandbox in a path, by its id or its name. Operations see the id. */
export const sandboxReferenceSchema = branded<SandboxId>(
  z
    .string()
    .regex(TAG_PATTERN, "must be a sandbox's id or name")
    .meta({ description: "A sandbox's id or name.", example: "sb_4k2m9x7q0v3bz8wc" }),
);

export const snapshotIdSchema = branded<SnapshotId>(
  z
    .string()
    .regex(SNAPSHOT_ID_PATTERN, "must be a snapshot id: sn_ and 16 characters")
    .meta({ description: "A snapshot id.", example: "sn_4k2m9x7q0v3bz8wc" }),
);

export const imageIdSchema = branded<ImageId>(
  z
    .string()
    .regex(IMAGE_ID_PATTERN, "must be 64 hex digits")
    .meta({ description: "The SHA-256 of the image's bytes." }),
);

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** Environment variables: names without `=` or NUL, at most 64 KiB in all. */
export const environmentSchema = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,255}$/, "is not a name of an environment variable"),
    z
      .string()
      .max(32_768)
      .regex(/^[^\0]*$/, "must not hold NUL"),
  )
  .refine((env) => JSON.stringify(env).length <= 65_536, "must be at most 64 KiB in all")
  .meta({ description: "Environment variables." });

/** An absolute path inside of the guest. */
export const guestPathSchema = z
  .string()
  .max(4096)
  .regex(/^\/[^\0]*$/, "must be an absolute path")
  .meta({ description: "An absolute path inside of the guest.", example: "/root/data.csv" });

export const fileModeSchema = z
  .string()
  .regex(/^0?[0-7]{3,4}$/, "must be an octal mode such as 0644")
  .meta({ description: "Octal permission bits.", example: "0644" });

/** A small file carried in JSON. Larger ones go through `PUT /v1/sandboxes/:id/files`. */
export const inlineFileSchema = z.strictObject({
  path: guestPathSchema,
  content_base64: z
    .base64()
    .max(8 * 1024 * 1024)
    .meta({ description: "The content in base 64." }),
  mode: fileModeSchema.default("0644"),
});

/** For how long something may be there. */
export const lifetimeSecsSchema = z
  .number()
  .positive()
  .max(315_360_000)
  .meta({ description: "Seconds, at most ten years." });

export const timeoutSecsSchema = z
  .number()
  .positive()
  .max(86_400)
  .meta({ description: "A time-out in seconds, at most a day." });
