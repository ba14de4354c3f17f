/** What a file takes on the disk. stat(2): `st_blocks` counts 512 bytes, whatever the file system's block size is. */
export function allocatedBytes({ blocks }: { readonly blocks: number | bigint }): number {
  return Number(blocks) * 512;
}
