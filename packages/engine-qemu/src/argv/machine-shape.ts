import type { ZygoteSpec } from "@forkd/core";

/** What QEMU's arguments are made of: whatever the machine is told later, or has opened for it, is not among it. */
export type MachineShape = Pick<ZygoteSpec, "name" | "memoryMib" | "vcpus" | "disk" | "devices" | "card">;
