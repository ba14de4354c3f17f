import type { StopRequest } from "@forkd/contract";

/** How the daemon ends. */
export interface StopOrder {
  /** What becomes of its machines. */
  readonly onExit: NonNullable<StopRequest["on_exit"]>;
  /** Whether those on disk are left where the others are ended. */
  readonly keepSuspended: boolean;
}
