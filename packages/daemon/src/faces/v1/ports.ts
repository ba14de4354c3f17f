import type { portRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** TCP ports inside of a guest. */
export function createPortHandlers({ operations }: Services): Handlers<keyof typeof portRoutes> {
  return {
    listPorts: (call) => operations.listPorts(call.caller, call.params, call),
    waitForPort: async (call) => {
      const order = { ...call.params, seconds: call.body.timeout_secs };
      await operations.waitForPort(call.caller, order, call);
      return {};
    },
  };
}
