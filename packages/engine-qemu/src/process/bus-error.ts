import { dirname } from "node:path";
import { readFreeBytes } from "@forkd/posix";

const MIB = 1024 * 1024;
/** Below this a file system counts as full: it gives out its space in larger pieces than a page. */
const FULL_BELOW_BYTES = MIB;

/** Why a VMM got SIGBUS, and the directory that has no space left if that is why. */
export interface BusError {
  readonly why: string;
  readonly noSpaceAt: string | undefined;
}

/**
 * Says why a page of a mapped file could not be had, mmap(2): the file system of the guest's memory is full, or it
 * could not read. A missing path means that it is not known where that memory lies.
 */
export async function explainBusError(memoryPath: string | undefined): Promise<BusError> {
  const killed = "the VMM was killed by SIGBUS";
  const directory = memoryPath === undefined ? undefined : dirname(memoryPath);
  // When the directory is gone with its machine, there is nothing to tell of it.
  const freeBytes =
    directory === undefined ? undefined : await readFreeBytes(directory).catch(() => undefined);
  if (directory === undefined || freeBytes === undefined) {
    return { why: `${killed}: a page of its memory could not be had`, noSpaceAt: undefined };
  }
  if (freeBytes < FULL_BELOW_BYTES) {
    return { why: `${killed}: no space is left in ${directory} for its memory`, noSpaceAt: directory };
  }
  const free = `${Math.floor(freeBytes / MIB)} MiB are free there now`;
  const why = `${killed}: a page of its memory in ${directory} could not be read or written (${free})`;
  return { why, noSpaceAt: undefined };
}
