import type { SandboxId, SandboxInfo } from "@forkd/contract";
import type { CallOptions } from "../ports/options.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Asked, Caller } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

interface OneSandbox {
  readonly id: SandboxId;
}
type PausePorts = Pick<OperationPorts, "registry" | "events">;

/** Machines that stand still for a while. */
export function createPauseOperations(ports: PausePorts) {
  const { registry, events } = ports;
  return {
    /** Also of one that is paused already. */
    async pauseSandbox(...[caller, { id }, options]: Asked<OneSandbox>): Promise<SandboxInfo> {
      const sandbox = await registry.find(id, options);
      if (await sandbox.pause(options))
        events.emit({ type: "sandbox.paused", id: sandbox.record.id }, caller);
      return sandbox.describe();
    },

    /** Also of one that runs. */
    async resumeSandbox(...[caller, { id }, options]: Asked<OneSandbox>): Promise<SandboxInfo> {
      const sandbox = await registry.find(id, options);
      await resume(ports, { caller, sandbox, reason: "asked" }, options);
      return sandbox.describe();
    },
  };
}

/** A machine whose guest is needed. One that is paused is resumed, where it was forked so. */
export async function findAwake(
  ports: PausePorts,
  caller: Caller,
  id: SandboxId,
  options: CallOptions,
): Promise<Sandbox> {
  const sandbox = await ports.registry.find(id, options);
  await sandbox.settle(options);
  if (sandbox.isPaused && sandbox.record.autoResume)
    await resume(ports, { caller, sandbox, reason: "needed" }, options);
  return sandbox;
}

interface Resumption {
  readonly caller: Caller;
  readonly sandbox: Sandbox;
  readonly reason: "asked" | "needed";
}

async function resume(
  { events }: PausePorts,
  { caller, sandbox, reason }: Resumption,
  options: CallOptions,
): Promise<void> {
  const { id } = sandbox.record;
  if (await sandbox.resume(options)) events.emit({ type: "sandbox.resumed", id, reason }, caller);
}
