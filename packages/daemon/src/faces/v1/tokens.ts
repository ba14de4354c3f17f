import type { tokenRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Tokens: make, list, revoke. */
export function createTokenHandlers({ operations }: Services): Handlers<keyof typeof tokenRoutes> {
  return {
    listTokens: (call) => operations.listTokens(call.caller, {}, call),
    createToken: (call) => operations.createToken(call.caller, call.body, call),
    revokeToken: (call) => operations.revokeToken(call.caller, call.params, call),
  };
}
