import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { throwIfAborted } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { cloneFile, isZero, readUpTo, writeFully } from "@forkd/posix";

const CHUNK_BYTES = 1024 * 1024;

/**
 * Copies a file to a new one: at once where the file system shares extents, or else what is not zero, until its caller
 * leaves. Throws `cancelled`.
 */
export async function copyToNew(from: string, to: string, { signal }: CallOptions): Promise<void> {
  if (await cloneFile(from, to)) return;
  await using source = await open(from, "r");
  await using target = await open(to, "wx", 0o600);
  const { size } = await source.stat();
  await target.truncate(size);
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size));
  for (let at = 0; at < size; at += buffer.length) {
    throwIfAborted(signal, `copying ${from}`);
    await copyChunk(source, target, { buffer, at });
  }
}

async function copyChunk(
  source: FileHandle,
  target: FileHandle,
  { buffer, at }: { readonly buffer: Buffer; readonly at: number },
): Promise<void> {
  const length = await readUpTo(source, buffer, at);
  if (length > 0 && !isZero(buffer, 0, length)) await writeFully(target, buffer.subarray(0, length), at);
}
