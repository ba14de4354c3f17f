import type { FileHandle } from "node:fs/promises";
import { CopyWorkers } from "./copy-workers.ts";
import type { GuestMemory } from "./guest-memory.ts";
import { copyAhead, ImageWriter } from "./image-writer.ts";
import { LayerWriter } from "./layer-writer.ts";
import { PageBuffer } from "./page-buffer.ts";

/** Where the memory of a machine is copied to, and in which steps. */
export interface MemoryTarget {
  /** While the machine still runs. */
  begin(signal: AbortSignal): Promise<void>;
  /** While it stands still: what it wrote itself. Gives the number of those pages. */
  collect(signal: AbortSignal): Promise<number>;
  /** When it runs again. Gives the bytes of contents. */
  finish(): Promise<number>;
}

/** The whole memory. Pages that are not private are the snapshot's, and never change: they are copied ahead. */
export async function createImageTarget(file: FileHandle, memory: GuestMemory): Promise<MemoryTarget> {
  const workers = new CopyWorkers();
  const image = await ImageWriter.create(file, memory.pageCount);
  const buffer = new PageBuffer((pages) => image.put(pages));
  return {
    async begin(signal) {
      const privatePages = await copyAhead(memory, image, workers, signal);
      await buffer.reserve(privatePages.length);
    },
    async collect(signal) {
      const pages = await memory.findPrivatePages(workers, signal);
      await buffer.collect(memory, pages, workers, signal);
      return pages.length;
    },
    async finish() {
      await buffer.finish();
      return image.contentBytes;
    },
  };
}

/** The pages that the machine wrote itself, as a memory layer. */
export function createLayerTarget(file: FileHandle, memory: GuestMemory): MemoryTarget {
  const workers = new CopyWorkers();
  let layer = new LayerWriter(file, new Uint32Array());
  const buffer = new PageBuffer((pages) => layer.append(pages));
  return {
    async begin(signal) {
      await buffer.reserve((await memory.findPrivatePages(workers, signal)).length);
    },
    async collect(signal) {
      const pages = await memory.findPrivatePages(workers, signal);
      layer = new LayerWriter(file, pages);
      await buffer.collect(memory, pages, workers, signal);
      return pages.length;
    },
    async finish() {
      await buffer.finish();
      await layer.finish(memory.pageCount);
      return layer.contentBytes;
    },
  };
}
