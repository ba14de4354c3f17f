import type { SandboxId, SandboxInfo } from "@forkd/contract";
import type { Asked } from "./caller.ts";
import { pause, suspend } from "./bring-to-rest.ts";
import type { OperationPorts } from "./ports.ts";
import { resume } from "./wake-up.ts";

interface OneSandbox {
  readonly id: SandboxId;
}

/** Machines that stand still for a while, or go to the disk, and come back. */
export function createLifeOperations(ports: OperationPorts) {
  return {
    /** Also of one that is paused already. */
    pauseSandbox: async (...[caller, { id }, options]: Asked<OneSandbox>): Promise<SandboxInfo> =>
      (await pause(ports, { caller, id, reason: "asked" }, options)).describe(),

    /** Also of one that is suspended already. */
    suspendSandbox: async (...[caller, { id }, options]: Asked<OneSandbox>): Promise<SandboxInfo> =>
      (await suspend(ports, { caller, id, reason: "asked" }, options)).describe(),

    /** Also of one that runs. */
    resumeSandbox: async (...[caller, { id }, options]: Asked<OneSandbox>): Promise<SandboxInfo> =>
      (await resume(ports, { caller, id, reason: "asked" }, options)).describe(),
  };
}
