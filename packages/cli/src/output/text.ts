import { stripVTControlCharacters } from "node:util";

// Everything below space but newline and tab, DEL, and the 8-bit controls that some terminals obey.
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/** Text that came from a guest or a file, made harmless for a terminal. */
export function toSafeText(text: string): string {
  return stripVTControlCharacters(text).replaceAll(CONTROLS, "\uFFFD");
}
