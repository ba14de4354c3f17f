import { ForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { withTimeout } from "../concurrency/abort.ts";
import type { ProgressOptions } from "../ports/options.ts";
import type { StopOrder } from "../ports/stop-order.ts";
import type { Caller } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";
import { suspendAll } from "./suspend-all.ts";

interface TimedStop extends StopOrder {
  /** How long suspending machines may take. */
  readonly timeoutSecs: number;
}

export function createStopOperations(ports: OperationPorts) {
  return {
    /** Ends the daemon, and gives the ids of the machines that were suspended for it. Throws `stop_failed` where some run on. */
    async stop(
      caller: Caller,
      { onExit, keepSuspended, timeoutSecs }: TimedStop,
      options: ProgressOptions,
    ): Promise<SandboxId[]> {
      const suspended = onExit === "suspend" ? await suspendOrThrow(ports, caller, timeoutSecs, options) : [];
      // Those that were forked meanwhile run on.
      setImmediate(() => ports.stop({ onExit: onExit === "kill" ? "kill" : "keep", keepSuspended }));
      return suspended;
    },
  };
}

async function suspendOrThrow(
  ports: OperationPorts,
  caller: Caller,
  timeoutSecs: number,
  { signal, onProgress }: ProgressOptions,
): Promise<SandboxId[]> {
  const options = { signal: withTimeout(signal, timeoutSecs * 1000), onProgress };
  const { suspended, failures } = await suspendAll(ports, caller, options);
  if (failures.length === 0) return [...suspended];
  throw new ForkdError("stop_failed", {
    total: suspended.length + failures.length,
    failures: failures.map(({ id, failure: { code, message } }) => ({ id, code, error: message })),
  });
}
