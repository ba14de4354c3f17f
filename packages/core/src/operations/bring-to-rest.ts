import type { SandboxId } from "@forkd/contract";
import { openBase } from "../branch/capture-sandbox.ts";
import { NEVER } from "../concurrency/abort.ts";
import { isOver } from "../model/expiry.ts";
import type { CallOptions } from "../ports/options.ts";
import { Sandbox } from "../sandbox/sandbox.ts";
import { SuspendedSandbox } from "../sandbox/suspended-sandbox.ts";
import type { TimeOrder } from "../sandbox/time-limits.ts";
import type { Caller } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";
import { whenRecovered } from "./recovery.ts";

interface Rest {
  readonly id: SandboxId;
  /** Undefined when its time was over. */
  readonly caller: Caller | undefined;
  readonly reason: TimeOrder["reason"] | "asked";
}

export async function pause(
  { registry, events }: OperationPorts,
  { id, caller, reason }: Rest,
  options: CallOptions,
): Promise<Sandbox> {
  const sandbox = await registry.find(id, options);
  if (await sandbox.pause(options)) events.emit({ type: "sandbox.paused", id, reason }, caller);
  return sandbox;
}

export async function suspend(
  ports: OperationPorts,
  { id, caller, reason }: Rest,
  options: CallOptions,
): Promise<SuspendedSandbox> {
  const { registry, lives, events } = ports;
  await whenRecovered(ports, options);
  using _ = await lives.take(id, `a suspension or resume of ${id}`, options);
  const sandbox = await registry.findAny(id, options);
  if (sandbox instanceof SuspendedSandbox) return sandbox;
  await openBase(ports, sandbox, { ...options, onProgress: () => {} });
  const record = await sandbox.suspend(options);
  const suspended = new SuspendedSandbox({
    record,
    directory: sandbox.place,
    findLingering: () => sandbox.process,
  });
  await registry.replace(sandbox, suspended);
  events.emit({ type: "sandbox.suspended", id, reason }, caller);
  return suspended;
}

/** Does with a machine what is to be done once its time is over. */
export async function actOnTime(ports: OperationPorts, { id, action, reason }: TimeOrder): Promise<void> {
  const { registry, events } = ports;
  const options = { signal: NEVER };
  if (action === "kill") {
    if (reason === "idle" && !(await isIdle(await findSettled(ports, id, options), options))) return;
    await registry.remove(id);
    events.emit({ type: "sandbox.expired", id, reason });
    return;
  }
  await whenRecovered(ports, options);
  const found = await findSettled(ports, id, options);
  if (reason === "idle" && !(await isIdle(found, options))) return;
  const rest = { id, caller: undefined, reason };
  if (action === "suspend") await suspend(ports, rest, options);
  else if (!(found instanceof SuspendedSandbox)) await pause(ports, rest, options);
  if (reason === "idle") return;
  const resting = await registry.findAny(id, options);
  // It may have been given another, or have been resumed, which began one anew.
  await resting.update(({ expiresAtUnix: known }) =>
    known !== null && isOver(known) ? { expiresAtUnix: null } : {},
  );
  registry.noteTimes(id);
}

/** A machine once no suspension or resume of it is under way. */
async function findSettled({ lives, registry }: OperationPorts, id: SandboxId, options: CallOptions) {
  await lives.settle(id, "a suspension or resume", options);
  return registry.findAny(id, options);
}

/** Whether it still is, which it may not be for what it prints, or for a use while others were waited for. */
async function isIdle(found: Sandbox | SuspendedSandbox, options: CallOptions): Promise<boolean> {
  if (!(found instanceof Sandbox)) return false;
  await found.noteOutput(options);
  const { idleTimeoutSecs, suspended } = found.record;
  if (found.isPaused || suspended !== null) return false;
  return idleTimeoutSecs !== null && found.idleMs >= idleTimeoutSecs * 1000;
}
