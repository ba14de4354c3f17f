import { copyFile, open, readFile } from "node:fs/promises";
import {
  PAGE_SIZE,
  contentOffset,
  parseMemoryLayerHeader,
  parseMemoryLayerIndex,
} from "../memory-layer/format.ts";
import type { CaptureSpec } from "../ports/engine.ts";

/** What a machine is restored from. */
export interface FrozenMachine {
  readonly memoryPath: string;
  readonly deviceStatePath: string;
  /** Above the image, lowest first. */
  readonly layers: readonly string[];
}

/** What a captured machine is restored from; a layer is put onto the memory that the machine was restored from. */
export async function frozenBy(
  { mode, memoryPath, deviceStatePath, diskPath }: CaptureSpec,
  base: FrozenMachine,
): Promise<FrozenMachine> {
  const layers = [...base.layers, diskPath];
  if (mode !== "diff") return { memoryPath, deviceStatePath, layers };
  await assemble(base.memoryPath, memoryPath, `${memoryPath}.whole`);
  return { memoryPath: `${memoryPath}.whole`, deviceStatePath, layers };
}

async function assemble(basePath: string, layerPath: string, wholePath: string): Promise<void> {
  await copyFile(basePath, wholePath);
  await using whole = await open(wholePath, "r+");
  const layer = await readFile(layerPath);
  const { recordCount } = parseMemoryLayerHeader(layer);
  const index = layer.subarray(0, contentOffset(recordCount));
  for (const { firstPage, pageCount, fileOffset } of parseMemoryLayerIndex(index, layer.length)) {
    const bytes = pageCount * PAGE_SIZE;
    const content =
      fileOffset === undefined ? Buffer.alloc(bytes) : layer.subarray(fileOffset, fileOffset + bytes);
    await whole.write(content, 0, bytes, firstPage * PAGE_SIZE);
  }
}
