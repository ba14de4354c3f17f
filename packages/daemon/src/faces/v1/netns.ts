import type { netnsRoutes } from "@forkd/contract";
import type { NamespaceInfo } from "@forkd/core";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Network namespaces of the host. */
export function createNetnsHandlers({ operations }: Services): Handlers<keyof typeof netnsRoutes> {
  return {
    listNetns: async (call) => (await operations.listNetns(call.caller, {}, call)).map(toInfo),
    setUpNetns: async (call) => (await operations.setUpNetns(call.caller, call.body, call)).map(toInfo),
  };
}

function toInfo({ name, sandboxId }: NamespaceInfo) {
  return { name, sandbox_id: sandboxId };
}
