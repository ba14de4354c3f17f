import { mkdtempDisposable, open, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentOffset, PAGE_SIZE, parseMemoryLayerIndex } from "@forkd/core";
import { expect, test } from "vitest";
import { ImageWriter, otherPages } from "./image-writer.ts";
import { LayerWriter } from "./layer-writer.ts";
import { batchesOf } from "./page-spans.ts";
import type { BufferedPages } from "./page-buffer.ts";

/** Memory in which every page holds its number, but for each tenth. */
function buffer(
  pages: Uint32Array,
  fill = (page: number) => (page % 10 === 0 ? 0 : page % 256),
): BufferedPages[] {
  return [...batchesOf(pages)].map((spans) => {
    const numbers = spans.flatMap(({ firstPage, pageCount }) =>
      Array.from({ length: pageCount }, (_, n) => firstPage + n),
    );
    return { spans, bytes: Buffer.concat(numbers.map((page) => Buffer.alloc(PAGE_SIZE, fill(page)))) };
  });
}

async function createFile() {
  const directory = await mkdtempDisposable(join(tmpdir(), "forkd-layer-"));
  const path = join(directory.path, "memory");
  const file = await open(path, "wx+");
  return {
    file,
    path,
    async [Symbol.asyncDispose]() {
      await file.close();
      await directory.remove();
    },
  };
}

test("a layer holds the wanted pages alone, and no zeros", async () => {
  await using target = await createFile();
  const pages = Uint32Array.of(3, 5, 10, 11, 900, 901);
  const layer = new LayerWriter(target.file, pages);
  for (const buffered of buffer(pages)) await layer.append(buffered);
  await layer.finish(1000);
  const bytes = await readFile(target.path);
  const runs = parseMemoryLayerIndex(bytes.subarray(0, contentOffset(6)), bytes.length);
  expect(
    runs.map(({ firstPage, pageCount, fileOffset }) => [firstPage, pageCount, bytes[fileOffset ?? 0]]),
  ).toEqual([
    [3, 1, 3],
    [5, 1, 5],
    [10, 1, "F".charCodeAt(0)],
    [11, 1, 11],
    [900, 1, "F".charCodeAt(0)],
    [901, 1, 901 % 256],
  ]);
  expect(layer.contentBytes).toBe(4 * PAGE_SIZE);
});

test("a layer of zeros alone has an index and nothing else", async () => {
  await using target = await createFile();
  const pages = Uint32Array.of(10, 20);
  const layer = new LayerWriter(target.file, pages);
  for (const buffered of buffer(pages)) await layer.append(buffered);
  await layer.finish(1000);
  const bytes = await readFile(target.path);
  expect(parseMemoryLayerIndex(bytes, bytes.length)).toHaveLength(2);
});

test("an image holds pages at their places, and zeros where there was something", async () => {
  await using target = await createFile();
  const image = await ImageWriter.create(target.file, 50);
  for (const buffered of buffer(Uint32Array.of(1, 2, 10, 41))) await image.put(buffered);
  expect(image.contentBytes).toBe(3 * PAGE_SIZE);
  for (const buffered of buffer(Uint32Array.of(2, 3), (page) => (page === 2 ? 0 : 9)))
    await image.put(buffered);
  const bytes = await readFile(target.path);
  expect(bytes).toHaveLength(50 * PAGE_SIZE);
  const read = [1, 2, 3, 10, 41].map((page) => bytes[page * PAGE_SIZE]);
  expect(read).toEqual([1, 0, 9, 0, 41]);
});

test("knows the pages that are not private", () => {
  expect([...otherPages(6, Uint32Array.of(0, 2, 5))]).toEqual([1, 3, 4]);
  expect([...otherPages(2, new Uint32Array())]).toEqual([0, 1]);
});
