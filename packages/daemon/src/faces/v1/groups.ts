import type { groupRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Sandboxes that are forked together. */
export function createGroupHandlers({ operations }: Services): Handlers<keyof typeof groupRoutes> {
  return {
    createGroup: (call) => operations.forkGroup(call.caller, call.body, call),
  };
}
