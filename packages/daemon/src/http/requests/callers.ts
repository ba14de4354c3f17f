import type { IncomingMessage } from "node:http";
import { ForkdError } from "@forkd/contract";
import type { Caller } from "@forkd/core";
import { requestIdOf } from "./request-id.ts";

const callers = new WeakMap<IncomingMessage, Caller>();

/** Notes who sends a request, and from where, for those who serve it. */
export function noteCaller(request: IncomingMessage, caller: Caller): void {
  const from = request.socket.remoteAddress ?? "unix";
  callers.set(request, { ...caller, request: { id: requestIdOf(request), from } });
}

/** Who sends a request, if anybody was admitted. */
export const callerIfAny = (request: IncomingMessage): Caller | undefined => callers.get(request);

/** Who sends a request. Throws for one that nobody has admitted: it is not served. */
export function callerOf(request: IncomingMessage): Caller {
  const caller = callers.get(request);
  if (caller === undefined)
    throw new ForkdError("internal", { reason: "a request that nobody has admitted" });
  return caller;
}
