/** How many bytes at the end of others begin a character of UTF-8 that goes on behind them. */
export function countUnfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= 3; back++) {
    const byte = bytes.at(-back);
    if (byte === undefined) return 0;
    const goesOn = byte >= 0x80 && byte <= 0xbf;
    if (!goesOn) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

/** How many bytes the character has that begins with this one. */
function lengthOf(first: number): number {
  if (first < 0xc2 || first > 0xf4) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
