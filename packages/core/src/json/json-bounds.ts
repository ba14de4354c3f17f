/** How much a JSON text may make its reader build. */
export interface JsonBounds {
  /** Arrays and objects within each other. */
  readonly depth: number;
  /** Values and names in all. */
  readonly values: number;
}

/** Enough for every document that forkd reads. */
export const JSON_BOUNDS: JsonBounds = { depth: 64, values: 200_000 };

/** A text that is not read as JSON. The message completes "its manifest …". */
export class JsonError extends Error {
  override readonly name = "JsonError";
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/**
 * Throws {@link JsonError} for a text that would become more than it may. A bracket costs a parser some sixty times its
 * one byte, so a text is counted before it is parsed. Whether it is JSON at all is the parser's to say.
 */
export function requireJsonBounds(text: Uint8Array, { depth, values }: JsonBounds = JSON_BOUNDS): void {
  let open = 0;
  let found = 1;
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] ?? 0;
    if (byte === QUOTE) at = endOfString(text, at);
    else if (OPENING.has(byte)) {
      open += 1;
      found += 1;
      if (open > depth) throw new JsonError(`is nested more than ${depth} deep`);
    } else if (CLOSING.has(byte)) open -= 1;
    else if (byte === COMMA || byte === COLON) found += 1;
    if (found > values) throw new JsonError(`has more than ${values} values`);
  }
}

/** Where the string that begins here ends, or the text when it does not. */
function endOfString(text: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
  return at;
}
