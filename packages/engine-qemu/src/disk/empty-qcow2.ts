import { open } from "node:fs/promises";

const CLUSTER_BITS = 16;
const CLUSTER_BYTES = 2 ** CLUSTER_BITS;
const L2_ENTRY_BYTES = 16;
const BYTES_PER_L2_TABLE = (CLUSTER_BYTES / L2_ENTRY_BYTES) * CLUSTER_BYTES;
const HEADER_BYTES = 104;
const INCOMPATIBLE_EXTENDED_L2 = 0x10n;

/**
 * Writes an empty qcow2 image of a virtual size to a new file of mode 0600, without a backing file in its header.
 *
 * Clusters of 64 KiB with extended L2 entries are allocated in subclusters of 2 KiB: a 4 KiB write of the guest stays
 * one, instead of copying 60 KiB around it from the backing file, while one L2 table still covers 256 MiB.
 * The file holds four clusters, sparse: header, refcount table, refcount block, L1 table.
 * https://gitlab.com/qemu-project/qemu/-/blob/v7.2.0/docs/interop/qcow2.txt
 */
export async function createEmptyQcow2(path: string, sizeBytes: number): Promise<void> {
  const l1Entries = Math.ceil(sizeBytes / BYTES_PER_L2_TABLE);
  const l1Clusters = Math.max(1, Math.ceil((l1Entries * 8) / CLUSTER_BYTES));
  const clusters = 3 + l1Clusters;
  await using file = await open(path, "wx", 0o600);
  await file.write(header(sizeBytes, l1Entries), 0, undefined, 0);
  await file.write(refcounts(clusters), 0, undefined, CLUSTER_BYTES);
  await file.truncate(clusters * CLUSTER_BYTES);
}

function header(sizeBytes: number, l1Entries: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write("QFI\xfb", 0, "latin1");
  bytes.writeUInt32BE(3, 4);
  bytes.writeUInt32BE(CLUSTER_BITS, 20);
  bytes.writeBigUInt64BE(BigInt(sizeBytes), 24);
  bytes.writeUInt32BE(l1Entries, 36);
  bytes.writeBigUInt64BE(BigInt(3 * CLUSTER_BYTES), 40);
  bytes.writeBigUInt64BE(BigInt(CLUSTER_BYTES), 48);
  bytes.writeUInt32BE(1, 56);
  bytes.writeBigUInt64BE(INCOMPATIBLE_EXTENDED_L2, 72);
  bytes.writeUInt32BE(4, 96);
  bytes.writeUInt32BE(HEADER_BYTES, 100);
  return bytes;
}

/** The refcount table, whose one entry names the block in the cluster after it, and that block. */
function refcounts(clusters: number): Buffer {
  const bytes = Buffer.alloc(CLUSTER_BYTES + clusters * 2);
  bytes.writeBigUInt64BE(BigInt(2 * CLUSTER_BYTES), 0);
  for (let cluster = 0; cluster < clusters; cluster++) bytes.writeUInt16BE(1, CLUSTER_BYTES + cluster * 2);
  return bytes;
}
