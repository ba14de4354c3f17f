import type { FileHandle } from "node:fs/promises";
import { CopyLanes } from "./copy-lanes.ts";
import type { GuestMemory } from "./guest-memory.ts";
import { copyAhead, ImageWriter } from "./image-writer.ts";
import { LayerWriter } from "./layer-writer.ts";
import { PageStash } from "./page-stash.ts";

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
  const lanes = new CopyLanes();
  const image = await ImageWriter.create(file, memory.pageCount);
  const stash = new PageStash((pages) => image.put(pages));
  return {
    async begin(signal) {
      const privatePages = await copyAhead(memory, image, lanes, signal);
      await stash.reserve(privatePages.length);
    },
    async collect(signal) {
      const pages = await memory.findPrivatePages(lanes, signal);
      await stash.collect(memory, pages, lanes, signal);
      return pages.length;
    },
    async finish() {
      await stash.finish();
      return image.contentBytes;
    },
  };
}

/** The pages that the machine wrote itself, as a memory layer. */
export function createLayerTarget(file: FileHandle, memory: GuestMemory): MemoryTarget {
  const lanes = new CopyLanes();
  let layer = new LayerWriter(file, new Uint32Array());
  const stash = new PageStash((pages) => layer.append(pages));
  return {
    async begin(signal) {
      await stash.reserve((await memory.findPrivatePages(lanes, signal)).length);
    },
    async collect(signal) {
      const pages = await memory.findPrivatePages(lanes, signal);
      layer = new LayerWriter(file, pages);
      await stash.collect(memory, pages, lanes, signal);
      return pages.length;
    },
    async finish() {
      await stash.finish();
      await layer.finish(memory.pageCount);
      return layer.contentBytes;
    },
  };
}
