import { z } from "zod";
import { fileModeSchema, guestPathSchema } from "./primitives.ts";

const MAX_EXPIRY_SECS = 7 * 86_400;

/** A user or group of the guest. */
export const guestUserSchema = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$/)
  .meta({ description: "A name or number of the guest." });

export const fileInfoSchema = z
  .object({
    name: z.string().meta({ description: "The last part of the path." }),
    path: z.string().meta({
      description: "What could not be read as UTF-8 is U+FFFD.",
    }),
    type: z.enum(["file", "dir", "symlink", "fifo", "socket", "char_device", "block_device"]),
    size: z.number().int().meta({ description: "In bytes." }),
    mode: z.string().meta({ description: "Octal permission bits.", example: "0644" }),
    uid: z.number().int(),
    gid: z.number().int(),
    owner: z.string().meta({ description: "The user's name, or the number where it has none." }),
    group: z.string(),
    modified_at_unix_ms: z.number().int(),
    symlink_target: z.string().nullable().meta({ description: "Where a link leads to." }),
    metadata: z.record(z.string(), z.string()).meta({
      description:
        "What was noted of a file or a directory: its extended attributes `user.e2b.KEY`. At most 4096 bytes.",
    }),
  })
  .meta({ id: "FileInfo" });

export const fileChangeSchema = z
  .discriminatedUnion("type", [
    z
      .object({ type: z.literal("opened") })
      .meta({ description: "All that is there is watched from now on." }),
    z
      .object({ type: z.literal("overflow") })
      .meta({ description: "Events were lost: list what there is now. All is watched again." }),
    z.object({
      type: z.enum(["create", "write", "remove", "chmod"]),
      name: z.string().meta({
        description: "Below the watched directory; empty when that itself is gone, which ends the stream.",
      }),
    }),
    z.object({
      type: z.literal("rename"),
      name: z.string(),
      to: z.string().meta({ description: "Its new name, below the watched directory." }),
    }),
  ])
  .meta({ id: "FileChange" });

export const directoryRequestSchema = z
  .strictObject({
    path: guestPathSchema,
    mode: fileModeSchema.default("0755"),
    user: guestUserSchema.optional().meta({ description: "Whose it is; root unless told." }),
  })
  .meta({ id: "DirectoryRequest" });

export const directoryReportSchema = z
  .object({ created: z.boolean().meta({ description: "False when there was a directory already." }) })
  .meta({ id: "DirectoryReport" });

export const moveRequestSchema = z
  .strictObject({
    from: guestPathSchema,
    to: guestPathSchema.meta({
      description: "A file that is there is replaced. Directories above it are made.",
    }),
  })
  .meta({ id: "MoveRequest" });

export const fileUpdateSchema = z
  .strictObject({
    path: guestPathSchema,
    mode: fileModeSchema.optional(),
    owner: guestUserSchema.optional(),
    group: guestUserSchema.optional(),
  })
  .refine(({ mode, owner, group }) => (mode ?? owner ?? group) !== undefined, "changes nothing")
  .meta({ id: "FileUpdate" });

export const signRequestSchema = z
  .strictObject({
    path: guestPathSchema,
    access: z.enum(["read", "write"]).default("read"),
    user: guestUserSchema
      .optional()
      .meta({ description: "Of a write: whose the file is; root unless told." }),
    expires_secs: z.number().int().min(1).max(MAX_EXPIRY_SECS).default(3600).meta({
      description: "For how long the URL is good; at most a week.",
    }),
  })
  .meta({ id: "SignRequest" });

export const signedUrlSchema = z
  .object({
    url: z.string().meta({ description: "Path and query, for any client that reaches this daemon." }),
    method: z.enum(["GET", "PUT"]),
    signature: z.string(),
    expires_at_unix: z.number().int(),
  })
  .meta({ id: "SignedUrl" });

/** What a URL carries that was signed. */
export const signatureFields = {
  signature: z.string().max(128).optional().meta({ description: "Of POST …/files/url." }),
  signature_expiration: z.coerce.number().int().min(0).optional().meta({
    description: "Until when the signature is good, in seconds since 1970.",
  }),
};
