import { randomBytes } from "node:crypto";
import { open, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PAGE_SIZE } from "@forkd/core";
import { expect, test } from "vitest";
import { applyPages, encodeLayer, randomPages } from "../../test/snapshot-fixture.ts";
import { createScratch } from "../../test/scratch.ts";
import { composeFile } from "./compose-file.ts";
import type { SourceFile } from "./compose-file.ts";

const MIB = 1024 * 1024;
const { signal } = new AbortController();
const OPTIONS = { signal, stage: "composing" };

function sourceOf(path: string): SourceFile {
  return { path, makeError: (why) => new Error(`it ${why}`) };
}

async function write(path: string, bytes: Buffer): Promise<SourceFile> {
  await writeFile(path, bytes);
  return sourceOf(path);
}

/** Memory of 5 MiB with data in some places and zeros in others. */
function sparseMemory(): Buffer {
  const memory = Buffer.alloc(5 * MIB);
  randomBytes(2 * MIB).copy(memory, MIB);
  for (let page = 900; page < 1280; page += 7) randomBytes(PAGE_SIZE).copy(memory, page * PAGE_SIZE);
  return memory;
}

test.each(["keep", "fill"] as const)("puts layers over a base page by page, holes: %s", async (holes) => {
  await using scratch = await createScratch();
  const base = sparseMemory();
  const pages = [randomPages(5, 300), randomPages(5, 2), randomPages(5, 0), randomPages(5, 1280)];
  for (const count of [0, 1, 2, 3, 4]) {
    const layers = pages
      .slice(0, count)
      .map((layer, index) => write(join(scratch.path, `layer-${count}-${index}`), encodeLayer(5, layer)));
    const target = join(scratch.path, `target-${count}`);
    const composition = {
      base: await write(join(scratch.path, "base"), base),
      layers: await Promise.all(layers),
      sizeBytes: base.length,
      holes,
    };
    await composeFile(target, composition, OPTIONS);
    const expected = pages.slice(0, count).reduce(applyPages, base);
    expect((await readFile(target)).equals(expected)).toBe(true);
    const { blocks, mode } = await stat(target);
    expect(mode & 0o777).toBe(0o600);
    expect(blocks * 512 >= 5 * MIB || holes === "keep").toBe(true);
  }
});

test("copies a file whose size is no multiple of anything", async () => {
  await using scratch = await createScratch();
  for (const sizeBytes of [0, 1, 4097, MIB + 5]) {
    const bytes = randomBytes(sizeBytes);
    const base = await write(join(scratch.path, "base"), bytes);
    const target = join(scratch.path, `copy-${sizeBytes}`);
    await composeFile(target, { base, layers: [], sizeBytes, holes: "keep" }, OPTIONS);
    expect((await readFile(target)).equals(bytes)).toBe(true);
  }
});

test("writes over no file, and stops when it is aborted", async () => {
  await using scratch = await createScratch();
  const base = await write(join(scratch.path, "base"), Buffer.alloc(MIB));
  const composition = { base, layers: [], sizeBytes: MIB, holes: "keep" } as const;
  await expect(composeFile(base.path, composition, OPTIONS)).rejects.toMatchObject({ code: "EEXIST" });
  const aborted = { ...OPTIONS, signal: AbortSignal.abort() };
  await expect(composeFile(join(scratch.path, "new"), composition, aborted)).rejects.toMatchObject({
    code: "cancelled",
    details: { stage: "composing" },
  });
});

const valid = (): Buffer => encodeLayer(1, new Map([3, 9, 10].map((page) => [page, randomBytes(PAGE_SIZE)])));

test.each([
  ["is empty", () => Buffer.alloc(0), /is not a memory layer/],
  ["is something else", () => randomBytes(8192), /is not a memory layer/],
  ["is of a larger memory", () => encodeLayer(2, new Map()), /is of a memory of 512 pages instead of 256/],
  ["claims more records than pages", () => edited((bytes) => bytes.writeUInt32LE(257, 12)), /257 records/],
  [
    "claims four thousand million records",
    () => edited((b) => b.writeUInt32LE(2 ** 32 - 1, 12)),
    /records for/,
  ],
  ["has a page twice", () => edited((bytes) => bytes.writeUInt32LE(3, 4100)), /has page 3 after 3/],
  ["has pages out of order", () => edited((bytes) => bytes.writeUInt32LE(2, 4100)), /has page 2 after 3/],
  [
    "has a page past the end",
    () => edited((bytes) => bytes.writeUInt32LE(256, 4104)),
    /has page 256 after 9/,
  ],
  ["ends within its index", () => valid().subarray(0, 5000), /ends within its index/],
  ["ends within its contents", () => valid().subarray(0, -1), /has 20479 bytes where its index says 20480/],
  ["goes on after its contents", () => Buffer.concat([valid(), Buffer.alloc(1)]), /has 20481 bytes/],
])("refuses a layer that %s", async (_, make, why) => {
  await using scratch = await createScratch();
  const base = await write(join(scratch.path, "base"), Buffer.alloc(MIB));
  const layer = await write(join(scratch.path, "layer"), make());
  const composition = { base, layers: [layer], sizeBytes: MIB, holes: "keep" } as const;
  await expect(composeFile(join(scratch.path, "new"), composition, OPTIONS)).rejects.toThrow(why);
});

test("refuses a base of another size, and one that is no file", async () => {
  await using scratch = await createScratch();
  const short = await write(join(scratch.path, "base"), Buffer.alloc(MIB - 1));
  const make = (base: SourceFile) =>
    composeFile(join(scratch.path, "new"), { base, layers: [], sizeBytes: MIB, holes: "keep" }, OPTIONS);
  await expect(make(short)).rejects.toThrow("it has 1048575 bytes instead of 1048576");
  await expect(make(sourceOf(scratch.path))).rejects.toThrow("it is not a regular file");
  await expect(make(sourceOf(join(scratch.path, "none")))).rejects.toThrow("it is missing");
});

test("skips a large hole without writing it", async () => {
  await using scratch = await createScratch();
  const path = join(scratch.path, "base");
  {
    await using file = await open(path, "w");
    await file.truncate(256 * MIB);
    await file.write(randomBytes(100), 0, 100, 200 * MIB);
  }
  const target = join(scratch.path, "target");
  await composeFile(
    target,
    { base: sourceOf(path), layers: [], sizeBytes: 256 * MIB, holes: "keep" },
    OPTIONS,
  );
  expect((await stat(target)).blocks * 512).toBeLessThan(MIB);
});

function edited(change: (bytes: Buffer) => void): Buffer {
  const bytes = valid();
  change(bytes);
  return bytes;
}
