/**
 * Tags of snapshots and names of images: 1 to 64 characters, a letter, digit or `_` first, then also `.` and `-`.
 * One grammar for everything that a user names.
 */
export const TAG_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;
