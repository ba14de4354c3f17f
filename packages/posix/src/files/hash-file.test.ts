import { createHash, randomBytes } from "node:crypto";
import { mkdtempDisposable, open, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hashFile } from "./hash-file.ts";
import { openRegularFile } from "./regular-file.ts";

const PREFIX = join(tmpdir(), "forkd-posix-");
const MIB = 1024 * 1024;

const makeError = (why: string): Error => new Error(why);

test.each([0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 17])("hashes all of %i bytes", async (length) => {
  await using scratch = await mkdtempDisposable(PREFIX);
  const bytes = randomBytes(length);
  await writeFile(join(scratch.path, "file"), bytes);
  await using handle = await openRegularFile(join(scratch.path, "file"), makeError);
  let told = 0;
  const { sha256, facts } = await hashFile(handle, makeError, (count) => (told += count));
  expect(sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect([facts.sizeBytes, told]).toEqual([length, length]);
});

test("takes holes for zeros", async () => {
  await using scratch = await mkdtempDisposable(PREFIX);
  await using file = await open(join(scratch.path, "file"), "w+");
  await file.truncate(5 * MIB);
  await file.write("data", 2 * MIB + 100);
  const bytes = Buffer.alloc(5 * MIB);
  bytes.write("data", 2 * MIB + 100);
  const { sha256, facts } = await hashFile(file, makeError);
  expect(sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(facts.physicalBytes).toBeLessThan(MIB);
});

test("refuses a file that is written to meanwhile", async () => {
  await using scratch = await mkdtempDisposable(PREFIX);
  await using file = await open(join(scratch.path, "file"), "w+");
  await file.truncate(8 * MIB);
  const writes: Promise<unknown>[] = [];
  const onBytes = (): void => void writes.push(file.write("x", 0));
  await expect(hashFile(file, makeError, onBytes)).rejects.toThrow("changed while it was read");
  await Promise.all(writes);
});
