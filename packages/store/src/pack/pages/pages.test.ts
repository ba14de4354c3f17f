import { randomBytes } from "node:crypto";
import { open, readFile, stat, writeFile } from "node:fs/promises";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { PAGE_SIZE } from "@forkd/core";
import { createScratch } from "../../../test/scratch.ts";
import { PATIENT } from "../../../test/snapshot-fixture.ts";
import { BlockIndex } from "./block-index.ts";
import { expandPages } from "./expand-pages.ts";
import { planPageBlob } from "./page-blob.ts";
import { encodeSharedRuns } from "./shared-runs.ts";

vi.setConfig({ testTimeout: 60_000 });

const BLOCKS = Array.from({ length: 4 }, () => randomBytes(PAGE_SIZE));

/** Pages of few contents, so that many are empty, equal, or neighbours. */
const file = fc
  .array(fc.integer({ min: -3, max: BLOCKS.length - 1 }), { minLength: 1, maxLength: 40 })
  .map((pages) => Buffer.concat(pages.map((page) => BLOCKS[page] ?? Buffer.alloc(PAGE_SIZE))));

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test("gives every file back, sparse, in chunks of any size, on an image or not", async () => {
  await using scratch = await createScratch();
  let round = 0;
  const holds = async (image: Buffer, memory: Buffer, chunk: number, isShared: boolean): Promise<void> => {
    round += 1;
    const [imagePath, memoryPath, output] = ["i", "m", "o"].map(
      (name) => `${scratch.path}/${name}${round}`,
    ) as [string, string, string];
    await writeFile(imagePath, image);
    await writeFile(memoryPath, memory);
    await using imageHandle = await open(imagePath);
    await using memoryHandle = await open(memoryPath);
    const imageFile = { handle: imageHandle, sizeBytes: image.length };
    const index = new BlockIndex(imageFile);
    await planPageBlob(imageFile, { ...PATIENT, index });
    const base = isShared ? index : undefined;
    const blob = await planPageBlob({ handle: memoryHandle, sizeBytes: memory.length }, { ...PATIENT, base });
    const bytes = Buffer.concat(await Array.fromAsync(blob.read(PATIENT)));
    expect(bytes.length).toBe(blob.sizeBytes);
    const expansion = {
      blobBytes: bytes.length,
      sizeBytes: memory.length,
      image: isShared ? imageFile : undefined,
    };
    await expandPages(inChunks(bytes, chunk), output, expansion, PATIENT);
    expect((await readFile(output)).equals(memory)).toBe(true);
    const isSparse = (await stat(output)).blocks === 0;
    expect(isSparse).toBe(memory.every((byte) => byte === 0));
  };
  await fc.assert(fc.asyncProperty(file, file, fc.integer({ min: 1000, max: 20_000 }), fc.boolean(), holds), {
    numRuns: 60,
  });
});

test("refuses hostile blobs without writing beyond the file", async () => {
  await using scratch = await createScratch();
  const imagePath = `${scratch.path}/image`;
  await writeFile(imagePath, Buffer.concat(BLOCKS));
  await using handle = await open(imagePath);
  const image = { handle, sizeBytes: BLOCKS.length * PAGE_SIZE };
  const sizeBytes = 8 * PAGE_SIZE;
  await writeFile(
    `${scratch.path}/memory`,
    Buffer.concat([Buffer.alloc(7 * PAGE_SIZE), randomBytes(PAGE_SIZE)]),
  );
  await using memory = await open(`${scratch.path}/memory`);
  const plan = await planPageBlob({ handle: memory, sizeBytes }, PATIENT);
  const layer = Buffer.concat(await Array.fromAsync(plan.read(PATIENT)));
  const patched = (at: number, value: number): Buffer => {
    const copy = Buffer.from(layer);
    copy.writeUInt32LE(value >>> 0, at);
    return copy;
  };
  const run = (firstPage: number, firstBlock: number, pageCount: number): Buffer =>
    Buffer.concat([encodeSharedRuns([{ firstPage, firstBlock, pageCount }]), layer]);
  const blobs: [Buffer, boolean][] = [
    [patched(8, 9), false],
    [patched(12, 2 ** 31), false],
    [patched(12, 2), false],
    [patched(4096, 8), false],
    [patched(4096, 2 ** 31 + 1), false],
    [layer.subarray(0, -1), false],
    [layer.subarray(0, 100), false],
    [Buffer.concat([layer, Buffer.alloc(1)]), false],
    [layer, true],
    [run(7, 0, 2), true],
    [run(0, 3, 2), true],
    [run(0, 0, 0), true],
    [run(2 ** 32 - 1, 0, 1), true],
    [Buffer.concat([encodeSharedRuns([]).fill(0xff, 8, 12), layer]), true],
  ];
  for (const [index, [blob, isShared]] of blobs.entries()) {
    const output = `${scratch.path}/out${index}`;
    const expansion = { blobBytes: blob.length, sizeBytes, image: isShared ? image : undefined };
    await expect(
      expandPages(inChunks(blob, 5000), output, expansion, PATIENT),
      `blob ${index}`,
    ).rejects.toThrow(/./);
    expect((await stat(output)).size).toBe(sizeBytes);
  }
});
