import { ForkdError, SWAP_ALONE } from "@forkd/contract";
import type { MachineLimits } from "../model/limits.ts";

/** What the VMM itself may need beside guest memory: its heap, stacks and translated code. */
const VMM_OVERHEAD_MIB = 64;
/** Threads of the VMM beside one for each vCPU: up to 64 that do I/O, and those that are always there. */
const VMM_TASKS = 72;

interface Sized {
  readonly memoryMib: number;
  readonly vcpus: number;
}

/**
 * Refuses a limit that a machine would die of by using what it was given: long after it was said to be in force.
 * Throws `memory_limit_too_small`, `task_limit_too_small`, `invalid_request`.
 */
export function checkLimits(
  { memoryLimitMib: limitMib, swapLimitMib, taskLimit }: MachineLimits,
  { memoryMib: guestMib, vcpus }: Sized,
): void {
  if (limitMib !== null && limitMib < guestMib)
    throw new ForkdError("memory_limit_too_small", { limitMib, guestMib });
  if (limitMib === null && swapLimitMib !== null)
    throw new ForkdError("invalid_request", { issues: [{ path: "swap_limit_mib", message: SWAP_ALONE }] });
  const least = VMM_TASKS + vcpus;
  if (taskLimit !== null && taskLimit < least)
    throw new ForkdError("task_limit_too_small", { limit: taskLimit, least });
}

interface AskedMemory {
  readonly memory_limit_mib?: number | null | undefined;
}

/**
 * Leaves the VMM what it may need: who limits a machine to its guest's memory, or to little more, means the guest. The figure
 * that is in force is the one that is kept and told.
 */
export function makeRoomForVmm<Asked extends AskedMemory>(asked: Asked, { memoryMib }: Sized): Asked {
  const limitMib = asked.memory_limit_mib ?? null;
  const leastMib = memoryMib + VMM_OVERHEAD_MIB;
  const isShort = limitMib !== null && limitMib >= memoryMib && limitMib < leastMib;
  return isShort ? { ...asked, memory_limit_mib: leastMib } : asked;
}
