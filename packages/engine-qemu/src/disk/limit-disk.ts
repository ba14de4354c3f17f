import { ForkdError, reasonOf } from "@forkd/contract";
import type { CallOptions, DiskLimits } from "@forkd/core";
import { DISK_ID } from "../argv/block-nodes.ts";
import type { QmpClient } from "../qmp/client.ts";

/** To QEMU, a limit of 0 is none. */
const NONE = 0;

/** Limits what the guest does with its disk, before the host's page cache. Throws `limit_unavailable`, `cancelled`. */
export async function limitDisk(qmp: QmpClient, limits: DiskLimits, options: CallOptions): Promise<void> {
  const throttle = {
    id: DISK_ID,
    bps: NONE,
    bps_rd: limits.diskReadBytesPerSec ?? NONE,
    bps_wr: limits.diskWriteBytesPerSec ?? NONE,
    iops: NONE,
    iops_rd: limits.diskReadOpsPerSec ?? NONE,
    iops_wr: limits.diskWriteOpsPerSec ?? NONE,
  };
  try {
    await qmp.execute("block_set_io_throttle", throttle, options);
  } catch (cause) {
    if (options.signal.aborted) throw cause;
    throw new ForkdError("limit_unavailable", { limit: "disk", why: reasonOf(cause) }, { cause });
  }
}
