import { createContextKey } from "@connectrpc/connect";
import type { HandlerContext } from "@connectrpc/connect";
import { ForkdError } from "@forkd/contract";
import type { EnvdCall } from "./envd-call.ts";

/** Where Connect's handlers have the call from. */
export const CALL = createContextKey<EnvdCall | undefined>(undefined, { description: "envd call" });

export function callOf({ values, signal }: HandlerContext): EnvdCall {
  const call = values.get(CALL);
  if (call === undefined)
    throw new ForkdError("internal", { reason: "a procedure that was not called by envd" });
  return { ...call, signal };
}
