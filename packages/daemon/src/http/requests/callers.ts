import type { IncomingMessage } from "node:http";
import { ForkdError } from "@forkd/contract";
import type { Caller } from "@forkd/core";

const callers = new WeakMap<IncomingMessage, Caller>();

/** Notes who sends a request, for those who serve it. */
export function noteCaller(request: IncomingMessage, caller: Caller): void {
  callers.set(request, caller);
}

/** Who sends a request. Throws for one that nobody has admitted: it is not served. */
export function callerOf(request: IncomingMessage): Caller {
  const caller = callers.get(request);
  if (caller === undefined)
    throw new ForkdError("internal", { reason: "a request that nobody has admitted" });
  return caller;
}
