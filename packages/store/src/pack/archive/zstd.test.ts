import { createHash, randomBytes } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { zstdDecompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { createCompressor } from "./zstd.ts";

const WORDS = Array.from({ length: 500 }, (_, index) => randomBytes(3 + (index % 20)));
const TEXT = Buffer.concat(
  Array.from({ length: 40_000 }, (_, index) => WORDS[(index * index) % 499] as Buffer),
);

async function compress(bytes: Buffer, chunkBytes: number, pauseMs: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const read = async function* (): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    if (pauseMs > 0) await delay(pauseMs);
  };
  await pipeline(read, createCompressor(), async (packed: AsyncIterable<Buffer>) => {
    for await (const chunk of packed) chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}

test.each([100_000, 2 << 17, (2 << 17) + 3 * 4096])(
  "compresses %i bytes to the same, however they come and whenever they end",
  async (size) => {
    const bytes = TEXT.subarray(0, size);
    const digests = new Set<string>();
    for (const chunkBytes of [4096, 12_288, 20_480, 1 << 20])
      for (const pauseMs of [0, 50]) {
        const packed = await compress(bytes, chunkBytes, pauseMs);
        expect(zstdDecompressSync(packed).equals(bytes)).toBe(true);
        digests.add(createHash("sha256").update(packed).digest("hex"));
      }
    expect(digests.size).toBe(1);
  },
);
