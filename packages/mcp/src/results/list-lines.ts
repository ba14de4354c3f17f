/** How many entries of a list its text has; its data has all. */
const MAX_LINES = 200;

/** A list for a reader: a line for each entry, or what to say when there is none. */
export function listLines(lines: readonly string[], none: string): string {
  if (lines.length === 0) return none;
  const more = lines.length - MAX_LINES;
  return [...lines.slice(0, MAX_LINES), ...(more > 0 ? [`(and ${more} more)`] : [])].join("\n");
}
