import type { HostLimits, LimitKind } from "@forkd/core";
import type { ControlledGroup } from "./controlled-group.ts";
import { limitCpu } from "./limit-cpu.ts";
import { limitMemory } from "./limit-memory.ts";
import { limitTasks } from "./limit-tasks.ts";

export interface Controller {
  readonly kind: LimitKind;
  /** As the kernel calls it. */
  readonly name: string;
  /** What of the limits it puts in force. */
  readonly fields: readonly (keyof HostLimits)[];
  /** Puts the limits in force, or takes them away. */
  readonly apply: (group: ControlledGroup, limits: HostLimits) => Promise<void>;
}

/** What limits are put in force by. */
export const CONTROLLERS: readonly Controller[] = [
  { kind: "memory", name: "memory", fields: ["memoryLimitMib", "swapLimitMib"], apply: limitMemory },
  { kind: "CPU", name: "cpu", fields: ["cpuLimit"], apply: limitCpu },
  { kind: "task", name: "pids", fields: ["taskLimit"], apply: limitTasks },
];

/** Whether a controller has something to do for these limits. */
export function isWanted({ fields }: Controller, limits: HostLimits): boolean {
  return fields.some((field) => limits[field] !== null);
}
