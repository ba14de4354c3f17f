import type { GuestFile } from "@forkd/core";
import { z } from "zod";

const NS_PER_MS = 1_000_000;
/** 64 names below a path that is as long as the kernel takes. */
const MAX_PATH_CHARS = 20_480;

const nameSchema = z.string().min(1).max(256);

/** A path below another one, which leads nowhere else. */
export const pathBelowSchema = z
  .string()
  .min(1)
  .max(MAX_PATH_CHARS)
  .refine((path) => path.split("/").every((name) => !["", ".", ".."].includes(name)) && !path.includes("\0"));

/** Of keys and values. What is no UTF-8 has fewer characters than bytes. */
const MAX_METADATA_CHARS = 4096;

const metadataSchema = z
  .record(z.string().min(1).max(246), z.string())
  .refine((metadata) => Object.entries(metadata).flat().join("").length <= MAX_METADATA_CHARS);

const foundSchema = z.object({
  path: z.string().max(MAX_PATH_CHARS),
  type: z.enum(["file", "dir", "symlink", "fifo", "socket", "char_device", "block_device"]),
  size: z.number().int().nonnegative(),
  mode: z.number().int().min(0).max(0o7777),
  uid: z.number().int().nonnegative(),
  gid: z.number().int().nonnegative(),
  owner: nameSchema,
  group: nameSchema,
  mtime_ns: z.string().regex(/^-?\d{1,20}$/),
  target: z.string().max(MAX_PATH_CHARS).nullable(),
  metadata: metadataSchema.default({}),
});

const toGuestFile = ({ size, mtime_ns, ...rest }: z.output<typeof foundSchema>): GuestFile => ({
  ...rest,
  sizeBytes: size,
  modifiedMs: Math.floor(Number(mtime_ns) / NS_PER_MS),
});

/** A file as the agent describes it. */
export const guestFileSchema = foundSchema.transform(toGuestFile);
/** One of a listing. */
export const listedFileSchema = foundSchema.extend({ path: pathBelowSchema }).transform(toGuestFile);
