import type { contextRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Interpreters of a guest with states of their own. */
export function createContextHandlers({ operations }: Services): Handlers<keyof typeof contextRoutes> {
  return {
    listContexts: (call) => operations.listContexts(call.caller, call.params, call),
    createContext: (call) =>
      operations.createContext(call.caller, { id: call.params.id, request: call.body }, call),
    restartContext: (call) => operations.restartContext(call.caller, call.params, call),
    interruptContext: async (call) => ({
      interrupted: await operations.interruptContext(call.caller, call.params, call),
    }),
    removeContext: async (call) => {
      await operations.removeContext(call.caller, call.params, call);
      return {};
    },
  };
}
