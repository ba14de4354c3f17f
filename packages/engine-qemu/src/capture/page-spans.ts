/** Neighbouring pages that are copied at once. Pages of small gaps between the wanted ones are in it too. */
export interface PageSpan {
  readonly firstPage: number;
  readonly pageCount: number;
  /** The wanted pages of it, ascending. */
  readonly wanted: Uint32Array;
}

/** The pages of a span, and of a batch, at most: 1 MiB. */
export const SPAN_PAGES = 256;
/** Reading this many unwanted pages takes less than another system call. */
const GAP_PAGES = 4;

/** Cuts ascending pages into spans. */
export function* spansOf(pages: Uint32Array): Generator<PageSpan> {
  let from = 0;
  for (let to = 1; to <= pages.length; to++) {
    const firstPage = pages[from] as number;
    const last = pages[to - 1] as number;
    const next = pages[to];
    if (next !== undefined && next - last <= GAP_PAGES && next - firstPage < SPAN_PAGES) continue;
    yield { firstPage, pageCount: last - firstPage + 1, wanted: pages.subarray(from, to) };
    from = to;
  }
}

/** Cuts ascending pages into spans, and gathers them into batches of at most {@link SPAN_PAGES}. */
export function* batchesOf(pages: Uint32Array): Generator<PageSpan[]> {
  let batch: PageSpan[] = [];
  let batchPages = 0;
  for (const span of spansOf(pages)) {
    if (batchPages + span.pageCount > SPAN_PAGES) {
      yield batch;
      batch = [];
      batchPages = 0;
    }
    batch.push(span);
    batchPages += span.pageCount;
  }
  if (batch.length > 0) yield batch;
}
