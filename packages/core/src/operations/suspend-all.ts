import { toForkdError } from "@forkd/contract";
import type { ForkdError, SandboxId } from "@forkd/contract";
import { orCancelled } from "../concurrency/abort.ts";
import type { ProgressOptions } from "../ports/options.ts";
import { suspend } from "./bring-to-rest.ts";
import type { Caller } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

interface FailedSuspension {
  readonly id: SandboxId;
  readonly failure: ForkdError;
}

/** What became of the machines that were to be suspended; those that ended meanwhile are in neither list. */
export interface SuspensionReport {
  readonly suspended: readonly SandboxId[];
  readonly failures: readonly FailedSuspension[];
}

/** Suspends all machines that have a process, a few at a time, for as long as the signal lets it. Never rejects. */
export async function suspendAll(
  ports: OperationPorts,
  caller: Caller,
  { signal, onProgress }: ProgressOptions,
): Promise<SuspensionReport> {
  const { registry, slots } = ports;
  const suspended: SandboxId[] = [];
  const failures: FailedSuspension[] = [];
  const ids = [
    ...registry.living().map(({ record }) => record.id),
    ...registry.unadopted().flatMap(({ id, isSuspended }) => (isSuspended ? [] : [id])),
  ];
  const total = ids.length;
  const suspendOne = async (id: SandboxId): Promise<void> => {
    try {
      using _slot = await slots.acquire("a free slot to suspend in", { signal });
      const work = suspend(ports, { id, caller, reason: "asked" }, { signal });
      await orCancelled(work, signal, `suspending ${id}`);
      const done = suspended.push(id);
      onProgress({ step: "suspend", message: `${done} of ${total} sandboxes suspended`, done, total });
    } catch (error) {
      const failure = toForkdError(error);
      if (failure.code !== "sandbox_dead" && failure.code !== "sandbox_not_found")
        failures.push({ id, failure });
    }
  };
  await Promise.all(ids.map(suspendOne));
  return { suspended, failures };
}
