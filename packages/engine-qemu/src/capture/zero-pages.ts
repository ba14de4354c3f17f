import { PAGE_SIZE } from "@forkd/core";
import { isZero } from "@forkd/posix";

/** Whether the page at an offset of a buffer holds only zeros. */
export function isZeroPage(buffer: Buffer, offset: number): boolean {
  return isZero(buffer, offset, offset + PAGE_SIZE);
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
