import type { SandboxId } from "@forkd/contract";
import { NEVER } from "../concurrency/abort.ts";
import { expiryIn, isOver } from "../model/expiry.ts";
import type { CallOptions } from "../ports/options.ts";
import { reviveSandbox } from "../sandbox/revive-sandbox.ts";
import { Sandbox } from "../sandbox/sandbox.ts";
import type { SuspendedSandbox } from "../sandbox/suspended-sandbox.ts";
import type { Caller } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";
import { whenRecovered } from "./recovery.ts";

interface Resumption {
  readonly id: SandboxId;
  readonly caller: Caller;
  readonly reason: "asked" | "needed";
}

export async function resume(
  ports: OperationPorts,
  { id, caller, reason }: Resumption,
  options: CallOptions,
): Promise<Sandbox> {
  using _ = await ports.lives.take(id, `a suspension or resume of ${id}`, options);
  const found = await ports.registry.findAny(id, options);
  const sandbox = found instanceof Sandbox ? found : await revive(ports, found, options);
  // One that was revived is paused so far, and was asked to run.
  const patience = found === sandbox ? options : { signal: NEVER };
  if (!(await sandbox.resume(patience))) return sandbox;
  ports.events.emit({ type: "sandbox.resumed", id, reason }, caller);
  await renew(ports, sandbox);
  return sandbox;
}

/** Makes a machine of one that is suspended, which takes a place. */
async function revive(
  ports: OperationPorts,
  suspended: SuspendedSandbox,
  options: CallOptions,
): Promise<Sandbox> {
  await whenRecovered(ports, options);
  const { tenant, memoryMib } = suspended.record;
  using _quota = await ports.quotas.admit(tenant, { sandboxes: 0, memoryMib });
  using _places = ports.claims.places.reserve(1);
  const sandbox = await suspended.revive((parts, call) => reviveSandbox(ports, parts, call), options);
  await ports.registry.replace(suspended, sandbox);
  return sandbox;
}

/** A time to live that was over begins anew. */
async function renew({ registry }: OperationPorts, sandbox: Sandbox): Promise<void> {
  const { ttlSecs, expiresAtUnix } = sandbox.record;
  if (ttlSecs === null || (expiresAtUnix !== null && !isOver(expiresAtUnix))) return;
  await sandbox.update(() => ({ expiresAtUnix: expiryIn(ttlSecs) }));
  registry.noteTimes(sandbox.record.id);
}
