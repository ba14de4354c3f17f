import { randomBytes } from "node:crypto";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import {
  MemoryLayerError,
  PAGE_SIZE,
  encodeMemoryLayerIndex,
  parseMemoryLayerHeader,
  parseMemoryLayerIndex,
} from "@forkd/core";
import * as fc from "fast-check";
import { MemoryLayer, WINDOW_PAGES } from "../../packages/store/src/memory/memory-layer.ts";
import { mutated } from "../mutate.ts";
import type { Range } from "../mutate.ts";
import type { FuzzTarget } from "../target.ts";
import { outcomeOf, require, requireKind } from "../verdict.ts";

const GUEST_PAGES = 2 * WINDOW_PAGES;

/** Its header, and its records. */
export const LAYER_FOCUS: readonly Range[] = [
  [8, 8],
  [PAGE_SIZE, 24],
];

/** A layer of these pages, of which those of `zeros` have no contents. */
export function layerOf(pages: readonly number[], zeros: readonly number[] = []): Buffer {
  const index = encodeMemoryLayerIndex(GUEST_PAGES, Uint32Array.from(pages), new Set(zeros));
  return Buffer.concat([index, randomBytes((pages.length - zeros.length) * PAGE_SIZE)]);
}

/** The index of a memory layer, and its pages as they are put into memory. */
export const memoryLayer: FuzzTarget = {
  name: "memory-layer",
  async open() {
    const scratch = await mkdtempDisposable(join(tmpdir(), "forkd-fuzz-"));
    const path = join(scratch.path, "memory.layer");
    const seeds = [
      layerOf([]),
      layerOf([0, 1, 2, 300]),
      layerOf([5, 6, 255, 256, GUEST_PAGES - 1], [6, 255]),
    ];
    return {
      property: fc.asyncProperty(mutated(seeds, LAYER_FOCUS), async (bytes) => {
        requireKind(await outcomeOf(() => requireRuns(bytes)), MemoryLayerError);
        await writeFile(path, bytes);
        requireKind(await outcomeOf(() => applyAll(path)));
      }),
      [Symbol.asyncDispose]: () => scratch.remove(),
    };
  },
};

function requireRuns(bytes: Buffer): void {
  const { guestPages, recordCount } = parseMemoryLayerHeader(bytes);
  let next = 0;
  let count = 0;
  for (const { firstPage, pageCount, fileOffset } of parseMemoryLayerIndex(bytes, bytes.length)) {
    require(firstPage >= next && pageCount > 0, "runs are not ascending");
    next = firstPage + pageCount;
    count += pageCount;
    require((fileOffset ?? 0) + pageCount * PAGE_SIZE <= bytes.length ||
      fileOffset === undefined, "contents end early");
  }
  require(next <= guestPages && count === recordCount, "runs are not those of the header");
}

async function applyAll(path: string): Promise<void> {
  const blame = (why: string): ForkdError => new ForkdError("snapshot_corrupt", { tag: "t", file: "f", why });
  await using layer = await MemoryLayer.open(path, GUEST_PAGES, blame);
  const [memory, scratch] = [Buffer.alloc(WINDOW_PAGES * PAGE_SIZE), Buffer.alloc(WINDOW_PAGES * PAGE_SIZE)];
  for (let window = 0; window < GUEST_PAGES / WINDOW_PAGES; window += 1)
    await layer.applyTo(memory, window, scratch);
}
