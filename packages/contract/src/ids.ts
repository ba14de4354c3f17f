/**
 * Identifiers. An id is a prefix that says what it names, `_`, and 16 characters of Crockford base 32 in lower
 * case: 80 random bits, so that ids cannot be guessed or collide.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Names one sandbox, and the machine that runs it: `sb_…`. */
export type SandboxId = Branded<"SandboxId">;
/** Names one immutable snapshot: `sn_…`. */
export type SnapshotId = Branded<"SnapshotId">;
/** Names one piece of work that takes a while: `job_…`. */
export type JobId = Branded<"JobId">;
/** The SHA-256 of a root image's bytes, as 64 lower-case hex digits. */
export type ImageId = Branded<"ImageId">;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

function randomId(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let id = `${prefix}_`;
  for (const byte of bytes) id += ALPHABET.charAt(byte & 31);
  return id;
}

/** A new random {@link SandboxId}. */
export const createSandboxId = (): SandboxId => randomId("sb") as SandboxId;
/** A new random {@link SnapshotId}. */
export const createSnapshotId = (): SnapshotId => randomId("sn") as SnapshotId;

/** A new random {@link JobId}. */
export const createJobId = (): JobId => randomId("job") as JobId;

/** A new random id of a context: `ctx_…`. */
export const createContextId = (): string => randomId("ctx");

export const SANDBOX_ID_PATTERN = /^sb_[0-9a-hjkmnp-tv-z]{16}$/;
/** The same with a dash: host names have no `_` (RFC 1123). No sandbox's name is of this form. */
export const SANDBOX_ID_IN_HOST_PATTERN = /^sb-[0-9a-hjkmnp-tv-z]{16}$/;
export const SNAPSHOT_ID_PATTERN = /^sn_[0-9a-hjkmnp-tv-z]{16}$/;
export const JOB_ID_PATTERN = /^job_[0-9a-hjkmnp-tv-z]{16}$/;
export const IMAGE_ID_PATTERN = /^[0-9a-f]{64}$/;
