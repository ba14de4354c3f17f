/**
 * Tags of snapshots and names of images: 1 to 64 characters, a letter, digit or `_` first, then also `.` and `-`.
 * One grammar for everything that a user names.
 */
export const TAG_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;

/** The same for who reads an error: what follows the name. */
export const TAG_RULE = "must be 1 to 64 of A-Z a-z 0-9 _ . - and begin with a letter, digit or _";
