import { chmod, open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { PAGE_SIZE, throwIfAborted } from "@forkd/core";
import { cloneFile, inspectHandle, openRegularFile, readFully, writeFully } from "@forkd/posix";
import type { MakeError } from "@forkd/posix";
import { MemoryLayer, WINDOW_PAGES } from "./memory-layer.ts";
import { writeData } from "./write-data.ts";

const WINDOW_BYTES = WINDOW_PAGES * PAGE_SIZE;

/** Reads and writes overlap; more lanes than this gain nothing, since libuv has four threads. */
const LANES = 4;

/** A file that is read, and the error for when it is not as it must be. */
export interface SourceFile {
  readonly path: string;
  readonly makeError: MakeError;
}

/** A file to be made of another one and the memory layers above it. */
export interface Composition {
  readonly base: SourceFile;
  readonly sizeBytes: number;
  /** Lowest first. */
  readonly layers: readonly SourceFile[];
  /** `keep`: zeros take no space where that is cheap. `fill`: every page of the new file is allocated. */
  readonly holes: "keep" | "fill";
}

export interface ComposeOptions {
  readonly signal: AbortSignal;
  /** Names the work in an abort. */
  readonly stage: string;
  /** Told after each window, with its length. */
  readonly onBytes?: (count: number) => void;
}

interface Parts {
  readonly base: FileHandle;
  readonly layers: readonly MemoryLayer[];
  readonly target: FileHandle;
  /** It has the content of the base already: only windows that a layer touches are to be written, zeros too. */
  readonly isCloned: boolean;
}

/**
 * Makes a new file, for its owner only, with the content of the base and of the layers on it. Each window is read,
 * overlaid and written once, whatever the number of layers. Where the file system can, it shares what no layer
 * touches with the base. Whatever fails, the new file is the caller's to remove.
 */
export async function composeFile(
  target: string,
  composition: Composition,
  options: ComposeOptions,
): Promise<void> {
  await using parts = await openParts(target, composition);
  const windows = Math.ceil(composition.sizeBytes / WINDOW_BYTES);
  let next = 0;
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    const buffers = { memory: Buffer.allocUnsafe(WINDOW_BYTES), scratch: Buffer.allocUnsafe(WINDOW_BYTES) };
    while (next < windows && failures.length === 0) {
      throwIfAborted(options.signal, options.stage);
      await composeWindow(next++, composition, { ...parts, ...buffers });
      options.onBytes?.(WINDOW_BYTES);
    }
  };
  // All of them end before the files are closed.
  await Promise.all(
    Array.from({ length: LANES }, () => lane().catch((error: unknown) => failures.push(error))),
  );
  if (failures.length > 0) throw failures[0];
}

async function composeWindow(
  window: number,
  { base: { makeError }, sizeBytes, holes }: Composition,
  { base, layers, target, isCloned, memory, scratch }: Parts & { memory: Buffer; scratch: Buffer },
): Promise<void> {
  if (isCloned && !layers.some((layer) => layer.touches(window))) return;
  const position = window * WINDOW_BYTES;
  const bytes = memory.subarray(0, Math.min(WINDOW_BYTES, sizeBytes - position));
  await readFully(base, bytes, position, makeError);
  for (const layer of layers) await layer.applyTo(bytes, window, scratch);
  if (isCloned || holes === "fill") await writeFully(target, bytes, position);
  else await writeData(target, bytes, position);
}

async function openParts(target: string, composition: Composition): Promise<Parts & AsyncDisposable> {
  const { base, sizeBytes, layers, holes } = composition;
  await using stack = new AsyncDisposableStack();
  const baseHandle = stack.use(await openRegularFile(base.path, base.makeError));
  const facts = await inspectHandle(baseHandle, base.makeError);
  if (facts.sizeBytes !== sizeBytes)
    throw base.makeError(`has ${facts.sizeBytes} bytes instead of ${sizeBytes}`);
  const opened: MemoryLayer[] = [];
  for (const { path, makeError } of layers)
    opened.push(stack.use(await MemoryLayer.open(path, sizeBytes / PAGE_SIZE, makeError)));
  const isCloned = holes === "keep" && (await cloneFile(base.path, target));
  // It has the mode of the original, which may be read-only.
  if (isCloned) await chmod(target, 0o600);
  const targetHandle = stack.use(await open(target, isCloned ? "r+" : "wx", 0o600));
  if (!isCloned) await targetHandle.truncate(sizeBytes);
  const disposal = stack.move();
  return {
    base: baseHandle,
    layers: opened,
    target: targetHandle,
    isCloned,
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
}
