/**
 * Tags of snapshots and names of images: 1 to 64 characters, a letter, digit or `_` first, then also `.` and `-`.
 * One grammar for everything that a user names.
 */
export const TAG_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;

/** What {@link TAG_PATTERN} takes. */
export const MAX_NAME_LENGTH = 64;

/** The same for who reads an error: what follows the name. */
export const TAG_RULE = "must be 1 to 64 of A-Z a-z 0-9 _ . - and begin with a letter, digit or _";

/** Ids of sandboxes begin so, and no name of one does: what a caller means is plain by its first letters. */
export const SANDBOX_ID_PREFIX = "sb_";
