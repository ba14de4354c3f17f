import { NEVER } from "../concurrency/abort.ts";
import { isSameDisk } from "../model/limits.ts";
import type { MachineLimits } from "../model/limits.ts";
import type { Machine } from "../ports/engine.ts";
import type { LimitGroup } from "../ports/limits.ts";
import type { CallOptions } from "../ports/options.ts";

export interface LimitsChange {
  readonly from: MachineLimits;
  readonly to: MachineLimits;
}

/** Puts other limits in force, all or none. Throws `memory_limit_unavailable`, `limit_unavailable`, `cancelled`. */
export async function changeLimits(
  machine: Pick<Machine, "pid" | "limitDisk">,
  group: Pick<LimitGroup, "change">,
  { from, to }: LimitsChange,
  options: CallOptions,
): Promise<void> {
  const { pid } = machine;
  await group.change({ pid, from, to });
  if (isSameDisk(from, to)) return;
  try {
    await machine.limitDisk(to, options);
  } catch (error) {
    await group.change({ pid, from: to, to: from });
    // QEMU may still have done what was called off.
    await machine.limitDisk(from, { signal: NEVER }).catch(() => {});
    throw error;
  }
}
