import { constants, copyFile } from "node:fs/promises";
import { hasErrno } from "../errno.ts";

/**
 * Makes a new file of the same extents, which a write to either parts: ioctl_ficlone(2), on Btrfs, XFS and bcachefs. False
 * where that cannot be done: then nothing is made. Throws EEXIST when there is such a file. It has the mode of the original.
 */
export async function cloneFile(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch (error) {
    if (hasErrno(error, "EEXIST")) throw error;
    return false;
  }
}
