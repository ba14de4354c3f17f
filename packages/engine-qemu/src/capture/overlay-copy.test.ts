import { mkdtempDisposable, open, readFile, stat, utimes, writeFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { OverlayCopy } from "./overlay-copy.ts";

const { signal } = new AbortController();
const MIB = 1024 * 1024;
/** Around the time within which a file counts as being written to. */
const AT_REST_MS = 80;
const JUST_WRITTEN_MS = 20;

async function createFiles(bytes: Buffer) {
  const directory = await mkdtempDisposable(join(tmpdir(), "forkd-overlay-"));
  const [source, target] = [join(directory.path, "disk.qcow2"), join(directory.path, "copy")];
  await writeFile(source, bytes);
  // Whatever is written later has another time, also within a tick of the kernel.
  await utimes(source, 0, 0);
  return { source, target, [Symbol.asyncDispose]: () => directory.remove() };
}

async function change(path: string, edit: (file: FileHandle) => Promise<unknown>): Promise<void> {
  await using file = await open(path, "r+");
  await edit(file);
}

/** Begins a copy so many milliseconds behind the last change of a file. */
async function beginAfter(copy: OverlayCopy, path: string, ms: number): Promise<void> {
  const { ctimeMs } = await stat(path);
  const clock = vi.spyOn(Date, "now").mockReturnValue(Math.ceil(ctimeMs) + ms);
  onTestFinished(() => clock.mockRestore());
  await copy.begin(signal);
}

async function isSame({ source, target }: { source: string; target: string }): Promise<boolean> {
  return (await readFile(target)).equals(await readFile(source));
}

test("copies a file, private, with its holes", async () => {
  const bytes = Buffer.alloc(3 * MIB + 1234);
  bytes.fill(1, 100, 5000);
  bytes.fill(2, 2 * MIB, 2 * MIB + 4096);
  await using files = await createFiles(bytes);
  await using copy = await OverlayCopy.open(files.source, files.target);
  await copy.begin(signal);
  await copy.finish(signal);
  expect(await isSame(files)).toBe(true);
  expect(copy.bytes).toBe(bytes.length);
  const { mode, blocks } = await stat(files.target);
  expect([mode & 0o777, blocks * 512 < MIB]).toEqual([0o600, true]);
});

test("takes over what was written after it began, larger or smaller", async () => {
  await using files = await createFiles(Buffer.alloc(2 * MIB, 3));
  await using copy = await OverlayCopy.open(files.source, files.target);
  await beginAfter(copy, files.source, AT_REST_MS);
  await change(files.source, (file) => file.write(Buffer.alloc(70_000), 0, 70_000, 5000));
  await copy.finish(signal);
  expect(await isSame(files)).toBe(true);
  await change(files.source, (file) => file.write("more", 3 * MIB));
  await copy.finish(signal);
  expect(await isSame(files)).toBe(true);
  await change(files.source, (file) => file.truncate(1000));
  await copy.finish(signal);
  expect(await isSame(files)).toBe(true);
});

test("knows a file at rest from one that was written to", async () => {
  await using files = await createFiles(Buffer.alloc(MIB, 3));
  await using copy = await OverlayCopy.open(files.source, files.target);
  await beginAfter(copy, files.source, AT_REST_MS);
  await expect(copy.isCurrent()).resolves.toBe(true);
  await change(files.source, (file) => file.write(Buffer.alloc(1, 3), 0, 1, 0));
  await expect(copy.isCurrent()).resolves.toBe(false);
});

test("takes a file that was just written for one that is being written", async () => {
  await using files = await createFiles(Buffer.alloc(MIB, 3));
  await using copy = await OverlayCopy.open(files.source, files.target);
  await beginAfter(copy, files.source, JUST_WRITTEN_MS);
  await expect(copy.isCurrent()).resolves.toBe(false);
});

test("stops when it is given up, and refuses a target that is there", async () => {
  await using files = await createFiles(Buffer.alloc(MIB, 3));
  await using copy = await OverlayCopy.open(files.source, files.target);
  await expect(copy.begin(AbortSignal.abort())).rejects.toThrow("aborted");
  await using second = await OverlayCopy.open(files.source, files.target);
  await expect(second.begin(signal)).rejects.toMatchObject({ code: "EEXIST" });
});
