import { randomBytes } from "node:crypto";
import { mkdtempDisposable, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryLayerError, PAGE_SIZE } from "@forkd/core";
import * as fc from "fast-check";
import { PackFormatError } from "../../packages/store/src/pack/format/pack-format-error.ts";
import { expandPages } from "../../packages/store/src/pack/pages/expand-pages.ts";
import { encodeSharedRuns } from "../../packages/store/src/pack/pages/shared-runs.ts";
import { WINDOW_PAGES } from "../../packages/store/src/memory/memory-layer.ts";
import { mutated } from "../mutate.ts";
import type { Range } from "../mutate.ts";
import type { FuzzTarget } from "../target.ts";
import { outcomeOf, require, requireKind } from "../verdict.ts";
import { LAYER_FOCUS, layerOf } from "./memory-layer.ts";

const SIZE_BYTES = 2 * WINDOW_PAGES * PAGE_SIZE;
const IMAGE_BYTES = 16 * PAGE_SIZE;
/** The header and the runs of the table, then those of the layer behind it. */
const SHARED_FOCUS: readonly Range[] = [
  [8, 4],
  [16, 24],
  ...LAYER_FOCUS.map(([start, length]): Range => [PAGE_SIZE + start, length]),
];
const { signal } = new AbortController();

/** A blob of pages in a pack, and its table of pages that the image has. */
export const packPages: FuzzTarget = {
  name: "pack-pages",
  async open() {
    await using undo = new AsyncDisposableStack();
    const scratch = await mkdtempDisposable(join(tmpdir(), "forkd-fuzz-"));
    undo.defer(() => scratch.remove());
    const handle = undo.use(await open(join(scratch.path, "image"), "w+"));
    await handle.write(randomBytes(IMAGE_BYTES), 0, IMAGE_BYTES, 0);
    const image = { handle, sizeBytes: IMAGE_BYTES };
    const path = join(scratch.path, "memory");
    const layer = layerOf([0, 1, 2, 300]);
    const shared = encodeSharedRuns([
      { firstPage: 10, firstBlock: 1, pageCount: 3 },
      { firstPage: 40, firstBlock: 0, pageCount: 16 },
    ]);
    const alone = mutated([layer], LAYER_FOCUS).map((blob) => ({ blob, isOnImage: false }));
    const onImage = mutated([Buffer.concat([shared, layer])], SHARED_FOCUS).map((blob) => ({
      blob,
      isOnImage: true,
    }));
    const resources = undo.move();
    return {
      property: fc.asyncProperty(fc.oneof(alone, onImage), async ({ blob, isOnImage }) => {
        await rm(path, { force: true });
        const plan = { blobBytes: blob.length, sizeBytes: SIZE_BYTES, image: isOnImage ? image : undefined };
        const outcome = await outcomeOf(() => expandPages(chunksOf(blob), path, plan, { signal }));
        requireKind(outcome, PackFormatError, MemoryLayerError);
        require((await stat(path)).size === SIZE_BYTES, "it wrote beyond the file's size");
      }),
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    };
  },
};

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 5000) yield await Promise.resolve(bytes.subarray(at, at + 5000));
}
