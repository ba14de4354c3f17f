import type { TransportReply } from "./transport/transport.ts";

const PARTIAL_CONTENT = 206;

/** Which part of a file: so many bytes from `offset` on, or the last ones. Without both, all of it. */
export interface ReadRange {
  readonly offset?: number | undefined;
  /** Default: as many as there are. */
  readonly length?: number | undefined;
  /** The last bytes, so many of them; instead of the other two. */
  readonly tail?: number | undefined;
}

/** A Range header; undefined for all of a file. */
export function writeRange({ offset, length, tail }: ReadRange): string | undefined {
  if (tail !== undefined) return `bytes=-${tail}`;
  if (offset === undefined && length === undefined) return undefined;
  const first = offset ?? 0;
  return length === undefined ? `bytes=${first}-` : `bytes=${first}-${first + length - 1}`;
}

/** The part that was asked for, also of a reply that has the whole: files of `/proc` have no size, and so no parts. */
export function takeRange({ status, body }: TransportReply, range: ReadRange): AsyncIterable<Uint8Array> {
  if (status === PARTIAL_CONTENT || writeRange(range) === undefined) return body;
  const { offset = 0, length = Infinity, tail } = range;
  return tail === undefined ? cut(body, offset, length) : takeTail(body, tail);
}

async function* cut(
  body: AsyncIterable<Uint8Array>,
  offset: number,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = 0;
  for await (const chunk of body) {
    const part = chunk.subarray(Math.max(0, offset - position), offset + length - position);
    position += chunk.length;
    if (part.length > 0) yield part;
    if (position >= offset + length) return;
  }
}

/** Keeps no more than a chunk besides what it gives. */
async function* takeTail(
  body: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    kept.push(chunk);
    length += chunk.length;
    while (kept[0] !== undefined && length - kept[0].length >= bytes) length -= kept.shift()!.length;
  }
  yield* cut(iterate(kept), length - Math.min(length, bytes), bytes);
}

async function* iterate<Value>(values: readonly Value[]): AsyncGenerator<Value, void, undefined> {
  yield* values;
}
