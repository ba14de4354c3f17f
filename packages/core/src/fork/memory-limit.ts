import { ForkdError } from "@forkd/contract";

/** What the VMM itself may need beside guest memory: its heap, stacks and translated code. */
export const VMM_OVERHEAD_MIB = 64;

/**
 * Refuses a limit that a guest could pass by using the memory that it was given: the kernel would kill it then,
 * long after the fork was said to have worked.
 */
export function checkMemoryLimit(limitMib: number, guestMib: number): void {
  const leastMib = guestMib + VMM_OVERHEAD_MIB;
  if (limitMib < leastMib) throw new ForkdError("memory_limit_too_small", { limitMib, leastMib, guestMib });
}
