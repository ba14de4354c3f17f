import { ForkdError } from "@forkd/contract";
import type { SandboxId, SandboxInfo } from "@forkd/contract";
import { openBase } from "../branch/capture-sandbox.ts";
import { NEVER, orCancelled } from "../concurrency/abort.ts";
import type { CallOptions } from "../ports/options.ts";
import { reviveSandbox } from "../sandbox/revive-sandbox.ts";
import { Sandbox } from "../sandbox/sandbox.ts";
import { SuspendedSandbox } from "../sandbox/suspended-sandbox.ts";
import type { Asked, Caller } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

interface OneSandbox {
  readonly id: SandboxId;
}
type ResumeReason = "asked" | "needed";

/** Machines that stand still for a while, or go to the disk, and come back. */
export function createLifeOperations(ports: OperationPorts) {
  const { registry, events } = ports;
  return {
    /** Also of one that is paused already. */
    async pauseSandbox(...[caller, { id }, options]: Asked<OneSandbox>): Promise<SandboxInfo> {
      const sandbox = await registry.find(id, options);
      if (await sandbox.pause(options)) events.emit({ type: "sandbox.paused", id }, caller);
      return sandbox.describe();
    },

    /** Also of one that is suspended already. */
    async suspendSandbox(...[caller, { id }, options]: Asked<OneSandbox>): Promise<SandboxInfo> {
      using _ = await takeTurn(ports, id, options);
      const sandbox = await registry.findAny(id, options);
      if (sandbox instanceof SuspendedSandbox) return sandbox.describe();
      await orCancelled(ports.recovered, options.signal, "undoing what an earlier daemon left");
      await openBase(ports, sandbox, { ...options, onProgress: () => {} });
      const record = await sandbox.suspend(options);
      const suspended = new SuspendedSandbox({ record, directory: sandbox.place });
      await registry.replace(sandbox, suspended);
      events.emit({ type: "sandbox.suspended", id }, caller);
      return suspended.describe();
    },

    /** Also of one that runs. */
    async resumeSandbox(...[caller, { id }, options]: Asked<OneSandbox>): Promise<SandboxInfo> {
      return (await resume(ports, { caller, id, reason: "asked" }, options)).describe();
    },
  };
}

/** A machine whose guest is needed. One that stands still or is suspended is resumed, where it was forked so. */
export async function findAwake(
  ports: OperationPorts,
  caller: Caller,
  id: SandboxId,
  options: CallOptions,
): Promise<Sandbox> {
  await ports.lives.settle(id, "a suspension or resume", options);
  const sandbox = await ports.registry.findAny(id, options);
  if (sandbox instanceof Sandbox) await sandbox.settle(options);
  const isAwake = sandbox instanceof Sandbox && !sandbox.isPaused;
  if (!isAwake && sandbox.record.autoResume)
    return await resume(ports, { caller, id, reason: "needed" }, options);
  if (sandbox instanceof Sandbox) return sandbox;
  throw new ForkdError("sandbox_suspended", { id });
}

interface Resumption extends OneSandbox {
  readonly caller: Caller;
  readonly reason: ResumeReason;
}

async function resume(
  ports: OperationPorts,
  { caller, id, reason }: Resumption,
  options: CallOptions,
): Promise<Sandbox> {
  using _ = await takeTurn(ports, id, options);
  const found = await ports.registry.findAny(id, options);
  const sandbox = found instanceof Sandbox ? found : await revive(ports, found, options);
  // One that was revived is paused so far, and was asked to run.
  const patience = found === sandbox ? options : { signal: NEVER };
  if (await sandbox.resume(patience)) ports.events.emit({ type: "sandbox.resumed", id, reason }, caller);
  return sandbox;
}

/** Makes a machine of one that is suspended, which takes a place. */
async function revive(
  ports: OperationPorts,
  suspended: SuspendedSandbox,
  options: CallOptions,
): Promise<Sandbox> {
  await orCancelled(ports.recovered, options.signal, "undoing what an earlier daemon left");
  using _places = ports.claims.places.reserve(1);
  const sandbox = await suspended.revive((parts, call) => reviveSandbox(ports, parts, call), options);
  await ports.registry.replace(suspended, sandbox);
  return sandbox;
}

function takeTurn({ lives }: OperationPorts, id: SandboxId, options: CallOptions): Promise<Disposable> {
  return lives.take(id, `a suspension or resume of ${id}`, options);
}
