/** Bytes of an entry of `/proc/<pid>/pagemap`. */
export const PAGEMAP_ENTRY_BYTES = 8;

// Of the upper half of an entry: proc_pid_pagemap(5).
const PRESENT = 0x8000_0000;
const SWAPPED = 0x4000_0000;
const OF_A_FILE = 0x2000_0000;

/** The pages that a process wrote itself: there, in memory or swap, and not the file's any more. */
export function listPrivatePages({ buffer, byteOffset, byteLength }: Buffer, firstPage: number): number[] {
  const pages: number[] = [];
  // x86 is little-endian: the upper half of an entry is the second word.
  const words = new Uint32Array(buffer, byteOffset, byteLength / 4);
  for (let at = 1; at < words.length; at += 2) {
    const word = words[at] as number;
    if ((word & (PRESENT | SWAPPED)) !== 0 && (word & OF_A_FILE) === 0) pages.push(firstPage + (at >>> 1));
  }
  return pages;
}
