import { PAGE_SIZE } from "@forkd/core";

const ZEROS = Buffer.alloc(PAGE_SIZE);

/** Whether the page at an offset of a buffer holds only zeros. Most others show that in their first or last word. */
export function isZeroPage(buffer: Buffer, offset: number): boolean {
  return (
    buffer.readInt32LE(offset) === 0 &&
    buffer.readInt32LE(offset + PAGE_SIZE - 4) === 0 &&
    buffer.compare(ZEROS, 0, PAGE_SIZE, offset, offset + PAGE_SIZE) === 0
  );
}

/** Neighbouring pages of a buffer, by their numbers in it. */
export interface PageRange {
  readonly from: number;
  readonly to: number;
}

/** The ranges of pages for which `isKept` holds. */
export function* rangesOf(pageCount: number, isKept: (page: number) => boolean): Generator<PageRange> {
  let from: number | undefined;
  for (let page = 0; page <= pageCount; page++) {
    const kept = page < pageCount && isKept(page);
    if (kept) from ??= page;
    else if (from !== undefined) {
      yield { from, to: page };
      from = undefined;
    }
  }
}
