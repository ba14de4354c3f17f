import { stripVTControlCharacters } from "node:util";
import { widthOf } from "./text-width.ts";

// Everything below space but newline and tab, DEL, and the 8-bit controls that some terminals obey.
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/** Text that came from a guest or a file, made harmless for a terminal. */
export function toSafeText(text: string): string {
  return stripVTControlCharacters(text).replaceAll(CONTROLS, "\uFFFD");
}

/** The same for a line of its own: a name may have line ends too, and what is behind one would pass for ours. */
export function toSafeLine(text: string): string {
  return toSafeText(text).replaceAll(/[\n\t\u2028\u2029]/g, "\uFFFD");
}

/** The first line of a text, cut to this many columns; less than one means no limit. */
export function clipLine(text: string, columns: number): string {
  const [line = ""] = text
    .trimStart()
    .split(/[\r\n]/, 1)
    .map(toSafeText);
  if (columns < 1 || widthOf(line) <= columns) return line;
  let cut = line.slice(0, columns);
  while (widthOf(cut) > columns - 1) cut = cut.slice(0, -1);
  return `${cut}…`;
}
