import { ForkdError } from "@forkd/contract";
import type { SandboxId, SandboxInfo } from "@forkd/contract";
import type { CallOptions } from "../ports/options.ts";
import { Sandbox } from "../sandbox/sandbox.ts";
import type { Asked, Caller } from "./caller.ts";
import { pause, suspend } from "./bring-to-rest.ts";
import { keepAwake } from "./keep-awake.ts";
import type { Askable } from "./keep-awake.ts";
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

/** A machine whose guest is needed. One that stands still or is suspended is resumed, where it was forked so. */
export async function findAwake(
  ports: OperationPorts,
  caller: Caller,
  id: SandboxId,
  options: CallOptions,
): Promise<Askable> {
  await ports.lives.settle(id, "a suspension or resume", options);
  const sandbox = await ports.registry.findAny(id, options);
  if (sandbox instanceof Sandbox) await sandbox.settle(options);
  const isAwake = sandbox instanceof Sandbox && !sandbox.isPaused;
  if (sandbox.record.autoResume) {
    const wake = (call: CallOptions): Promise<Sandbox> =>
      resume(ports, { caller, id, reason: "needed" }, call);
    return keepAwake(isAwake ? sandbox : await wake(options), wake);
  }
  if (sandbox instanceof Sandbox) return sandbox;
  throw new ForkdError("sandbox_suspended", { id });
}
