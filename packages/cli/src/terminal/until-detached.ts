/** Ctrl-P and Ctrl-Q, as Docker's users know them. */
const DETACH_KEYS = [0x10, 0x11] as const;

/**
 * What is typed, until the keys that leave a terminal: `onDetached` is called then, and nothing of them is passed on. The
 * first of them is held back until the next key, and is passed on with it where that is another.
 */
export async function* untilDetached(
  typed: AsyncIterable<Uint8Array>,
  onDetached: () => void,
): AsyncGenerator<Uint8Array> {
  const [first, second] = DETACH_KEYS;
  let isHeld = false;
  for await (const chunk of typed) {
    const bytes: number[] = [];
    for (const byte of chunk) {
      if (isHeld && byte === second) {
        if (bytes.length > 0) yield Uint8Array.from(bytes);
        return onDetached();
      }
      if (isHeld) bytes.push(first);
      isHeld = byte === first;
      if (!isHeld) bytes.push(byte);
    }
    if (bytes.length > 0) yield Uint8Array.from(bytes);
  }
}
