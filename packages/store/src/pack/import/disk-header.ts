import { openRegularFile } from "@forkd/posix";
import { PackFormatError } from "../format/pack-format-error.ts";
import { readPart } from "../pages/file-pages.ts";

// https://gitlab.com/qemu-project/qemu/-/blob/v7.2.0/docs/interop/qcow2.txt
const HEADER_BYTES = 104;
const MAGIC = 0x514649fb;
const VERSION = 3;
/** Bit 0: refcounts may be stale; bit 4: extended L2 entries. Bit 2 would name another file of the host for data. */
const ALLOWED_INCOMPATIBLE = 0x11n;

/**
 * An overlay that came from elsewhere may name no file of this host, as backing or for its data, and must be as large
 * as the image that it stands on. Throws `PackFormatError`.
 */
export async function requireHarmlessOverlay(path: string, imageBytes: number): Promise<void> {
  await using file = await openRegularFile(path, (why) => new PackFormatError(`a disk ${why}`));
  const header = Buffer.alloc(HEADER_BYTES);
  await readPart(file, header, 0);
  const isOverlay = header.readUInt32BE(0) === MAGIC && header.readUInt32BE(4) === VERSION;
  if (!isOverlay) throw new PackFormatError("a disk is not a qcow2 image of version 3");
  const backingFileOffset = header.readBigUInt64BE(8);
  if (backingFileOffset !== 0n || header.readUInt32BE(16) !== 0)
    throw new PackFormatError("a disk names a backing file");
  if (header.readUInt32BE(32) !== 0) throw new PackFormatError("a disk is encrypted");
  const features = header.readBigUInt64BE(72);
  if ((features & ~ALLOWED_INCOMPATIBLE) !== 0n)
    throw new PackFormatError(
      `a disk needs the features 0x${features.toString(16)}, which no disk of ours has`,
    );
  const sizeBytes = header.readBigUInt64BE(24);
  if (sizeBytes !== BigInt(imageBytes))
    throw new PackFormatError(`a disk has ${sizeBytes} bytes on an image of ${imageBytes}`);
}
