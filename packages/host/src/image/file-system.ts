import type { ImageRecipe } from "@forkd/contract";
import { sha256Of } from "@forkd/posix";

/**
 * Turns the directory $1 into the file system $2, a sparse file of the wanted size. Packages bring the times of
 * their files along, so the newest time from before the build ($3, seconds since the epoch) is the same whenever
 * this is built; everything newer is set to it. Times of Python sources stay as packaged, since compiled ones
 * name them. $4 is the UUID; it also seeds the directories' hashes.
 */
export const FILE_SYSTEM_SCRIPT = `
newest=$(find "$1" -xdev -type f ! -newermt "@$3" -printf '%T@\\n' | sort -n | tail -n 1)
newest=\${newest%.*}
find "$1" -xdev -newermt "@$newest" -exec touch -h -d "@$newest" {} +
export SOURCE_DATE_EPOCH="$newest" E2FSPROGS_FAKE_TIME="$newest"
exec mkfs.ext4 -q -F -t ext4 -b 4096 -m 0 -L forkd-root -U "$4" -J size=8 \\
  -E "hash_seed=$4,lazy_itable_init=0,assume_storage_prezeroed=1,nodiscard,root_owner=0:0" -d "$1" "$2"
`;
/*
 * A child is forked with memory and disk of one instant, so it never replays a journal. It has one nevertheless: a
 * frozen disk may be booted without its memory, and no fsck is in the initramfs to mend it. 8 MiB is enough for
 * metadata, and bounds what journal writes add to each child's overlay. The file is new and sparse, hence zeroed:
 * neither inode tables nor the journal are written, and the guest has no lazy initialisation left to do.
 */

/** A UUID that is the same for the same recipe. */
export function deriveUuid(recipe: ImageRecipe): string {
  const hex = sha256Of(JSON.stringify(recipe));
  const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
