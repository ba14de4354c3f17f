import { imageRoutes, packRoutes, snapshotRoutes } from "@forkd/contract";
import type { Operation } from "@forkd/contract";
import { orCancelled } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import type { Handlers } from "./handler.ts";

/** What writes to the store, or reads what recovery may be removing. */
const WAITING: ReadonlySet<string> = new Set<Operation>([
  ...(Object.keys({ ...imageRoutes, ...snapshotRoutes, ...packRoutes }) as Operation[]),
  "createSandboxes",
  "branchSandbox",
  "forkSandbox",
]);

/** Has the operations that need the store wait until what an earlier daemon left in it is tidied up. */
export function afterRecovery(handlers: Handlers, recovered: Promise<void>): Handlers {
  const guarded = Object.entries(handlers).map(([operation, handle]) => {
    if (!WAITING.has(operation)) return [operation, handle];
    const wait = async (call: CallOptions): Promise<unknown> => {
      await orCancelled(recovered, call.signal, "undoing what an earlier daemon left");
      return await (handle as (call: CallOptions) => Promise<unknown>)(call);
    };
    return [operation, wait];
  });
  return Object.fromEntries(guarded) as Handlers;
}
