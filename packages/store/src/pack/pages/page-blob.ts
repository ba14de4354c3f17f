import { PAGE_SIZE, encodeMemoryLayerIndex, throwIfAborted } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import type { BlockIndex } from "./block-index.ts";
import { CHUNK_BYTES, readPart, visitPages } from "./file-pages.ts";
import type { PagedFile } from "./file-pages.ts";
import { MAX_SHARED_RUNS, encodeSharedRuns } from "./shared-runs.ts";
import type { SharedRun } from "./shared-runs.ts";

const NO_ZERO_PAGES: ReadonlySet<number> = new Set();

/** A file as a memory layer: without its empty pages, and, on an image, without those that the image has. */
export interface PageBlob {
  readonly sizeBytes: number;
  /** Its bytes, out of the file as it is now. */
  read(options: CallOptions): AsyncGenerator<Buffer>;
}

export interface PageBlobOptions extends CallOptions {
  /** Where equal blocks are looked for. */
  readonly base?: BlockIndex | undefined;
  /** Where its own pages are remembered. */
  readonly index?: BlockIndex | undefined;
}

/** Looks at every page of a file whose size is a multiple of a page. */
export async function planPageBlob(file: PagedFile, options: PageBlobOptions): Promise<PageBlob> {
  const { base, index } = options;
  const guestPages = file.sizeBytes / PAGE_SIZE;
  const pages = new Uint32Array(guestPages);
  const shared = new SharedRunList();
  let count = 0;
  const visit = async (page: number, bytes: Buffer): Promise<void> => {
    index?.add(page, bytes);
    if (!shared.add(page, await base?.find(bytes))) pages[count++] = page;
  };
  await visitPages(file, visit, options);
  const own = pages.slice(0, count);
  const layerIndex = encodeMemoryLayerIndex(guestPages, own, NO_ZERO_PAGES);
  const head = base === undefined ? [layerIndex] : [encodeSharedRuns(shared.runs), layerIndex];
  return {
    sizeBytes: head.reduce((sum, { length }) => sum + length, count * PAGE_SIZE),
    async *read({ signal }) {
      yield* head;
      for (const { offset, length } of extentsOf(own)) {
        throwIfAborted(signal, "reading pages");
        const bytes = Buffer.allocUnsafe(length);
        await readPart(file.handle, bytes, offset);
        yield bytes;
      }
    },
  };
}

/** Places of a file, of a chunk at most, that hold these pages one after another. */
function* extentsOf(pages: Uint32Array): Generator<{ offset: number; length: number }> {
  const limit = CHUNK_BYTES / PAGE_SIZE;
  for (let at = 0; at < pages.length;) {
    const first = pages[at] ?? 0;
    let count = 1;
    while (count < limit && pages[at + count] === first + count) count += 1;
    yield { offset: first * PAGE_SIZE, length: count * PAGE_SIZE };
    at += count;
  }
}

/** Joins pages that follow one another, here and in the image. */
class SharedRunList {
  readonly #runs: { firstPage: number; firstBlock: number; pageCount: number }[] = [];

  get runs(): readonly SharedRun[] {
    return this.#runs;
  }

  /** Whether the page is in the list now. */
  add(page: number, block: number | undefined): boolean {
    if (block === undefined) return false;
    const last = this.#runs.at(-1);
    if (last && page === last.firstPage + last.pageCount && block === last.firstBlock + last.pageCount) {
      last.pageCount += 1;
      return true;
    }
    if (this.#runs.length === MAX_SHARED_RUNS) return false;
    this.#runs.push({ firstPage: page, firstBlock: block, pageCount: 1 });
    return true;
  }
}
