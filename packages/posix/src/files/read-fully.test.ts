import { mkdtempDisposable, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFully, readUpTo } from "./read-fully.ts";
import { writeFully } from "./write-fully.ts";

const PREFIX = join(tmpdir(), "forkd-posix-");
const makeError = (why: string): Error => new Error(`the file ${why}`);

test("reads what was written at a place, and as far as the file goes", async () => {
  await using scratch = await mkdtempDisposable(PREFIX);
  await using file = await open(join(scratch.path, "file"), "w+");
  await writeFully(file, Buffer.from("content"), 3);
  const bytes = Buffer.alloc(20, "-");
  expect(await readUpTo(file, bytes, 5)).toBe(5);
  expect(bytes.toString("latin1", 0, 7)).toBe("ntent--");
  await readFully(file, bytes.subarray(0, 4), 6, makeError);
  expect(bytes.toString("latin1", 0, 4)).toBe("tent");
});

test("goes on where the kernel gives less than was asked for", async () => {
  await using file = await open("/proc/self/smaps");
  expect(await readUpTo(file, Buffer.alloc(16_384), 0)).toBe(16_384);
});

test("refuses a file that ends before the buffer is full, with its length", async () => {
  await using scratch = await mkdtempDisposable(PREFIX);
  await using file = await open(join(scratch.path, "file"), "w+");
  await writeFully(file, Buffer.from("content"), 0);
  await expect(readFully(file, Buffer.alloc(4), 5, makeError)).rejects.toThrow("the file ends after 7 bytes");
});
