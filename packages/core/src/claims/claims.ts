import { BranchSlots } from "./branch-slots.ts";
import { Holds } from "./holds.ts";
import type { SnapshotUser } from "./holds.ts";
import { SandboxNames } from "./sandbox-names.ts";
import { SandboxPlaces } from "./sandbox-places.ts";
import { TagClaims } from "./tag-claims.ts";

/** How much there may be at once. */
export interface ClaimLimits {
  readonly sandboxes: number;
  readonly branches: number;
}

const NO_LIMITS: ClaimLimits = { sandboxes: Infinity, branches: Infinity };

/**
 * The book of who holds what. Every claim ends by its disposal. Whoever removes or overwrites something asks here
 * whether it is free; what stands on what is the store's to know.
 */
export class Claims {
  /** Snapshots and images in use. */
  readonly holds: Holds;
  /** Tags that are being written or removed. */
  readonly tags = new TagClaims();
  /** Machines that are being captured. */
  readonly branches: BranchSlots;
  /** Places for machines. */
  readonly places: SandboxPlaces;
  /** Names of machines. */
  readonly names: SandboxNames;

  /** `listMachines` gives those that run, or may run again. Those that are suspended take no place. */
  constructor(listMachines: () => readonly SnapshotUser[] = () => [], limits: ClaimLimits = NO_LIMITS) {
    this.holds = new Holds(listMachines);
    this.branches = new BranchSlots(limits.branches);
    this.names = new SandboxNames(listMachines);
    this.places = new SandboxPlaces(
      limits.sandboxes,
      () => listMachines().filter(({ isSuspended }) => !isSuspended).length,
    );
  }
}
