import { z } from "zod";

/** What a header can be called, as E2B's clients send them, so that both name the same. */
const KEY = String.raw`[A-Za-z0-9!#$%&'*+\-.^_\`|~]{1,246}`;
const VALUE = String.raw`[\x20-\x7E]*`;
const VALUE_RULE = "must have values of printable ASCII";
const KEY_RULE = "must have keys of 1 to 246 letters, digits and !#$%&'*+-.^_`|~";

/** What a file of ext4 has room for; its names have a prefix of so many bytes, `user.e2b.` */
export const METADATA_LIMITS = { bytes: 4096, prefixBytes: 9 } as const;

export const metadataKeySchema = z
  .string()
  .regex(new RegExp(`^${KEY}$`), KEY_RULE)
  // Objects have no such key of their own.
  .refine((key) => key !== "__proto__", "must not have the key __proto__");

export const metadataValueSchema = z.string().regex(new RegExp(`^${VALUE}$`), VALUE_RULE);

/** A key and its value, as a URL has it. */
export const metadataPairSchema = z
  .string()
  .regex(new RegExp(`^${KEY}=${VALUE}$`), `must be KEY=VALUE; it ${KEY_RULE}, and ${VALUE_RULE}`);
