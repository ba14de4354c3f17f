const NEEDS_NO_QUOTES = /^[\w.,:/@%+-]+$/;

/** A value as one word of sh(1), whatever is in it. */
export function quoteShellWord(value: string): string {
  return NEEDS_NO_QUOTES.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
