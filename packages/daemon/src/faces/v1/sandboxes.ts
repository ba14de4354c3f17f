import type { sandboxRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import { readMachineLog } from "../../machines/read-log.ts";
import type { Services } from "../../services.ts";

/** Sandboxes: fork, branch, list, end. */
export function createSandboxHandlers({ operations, logs }: Services): Handlers<keyof typeof sandboxRoutes> {
  return {
    listSandboxes: (call) => operations.listSandboxes(call.caller, call.query, call),
    createSandboxes: (call) => operations.fork(call.caller, call.body, call),
    forkSandbox: (call) =>
      operations.forkSandbox(call.caller, { id: call.params.id, request: call.body }, call),
    branchSandbox: (call) =>
      operations.branchSandbox(call.caller, { id: call.params.id, request: call.body }, call),
    getSandbox: (call) => operations.describeSandbox(call.caller, call.params, call),
    updateSandbox: (call) =>
      operations.updateSandbox(call.caller, { id: call.params.id, update: call.body }, call),
    adoptSandbox: (call) => operations.adoptSandbox(call.caller, call.params, call),
    pauseSandbox: (call) => operations.pauseSandbox(call.caller, call.params, call),
    suspendSandbox: (call) => operations.suspendSandbox(call.caller, call.params, call),
    resumeSandbox: (call) => operations.resumeSandbox(call.caller, call.params, call),
    killSandbox: (call) => operations.killSandbox(call.caller, call.params, call),
    killSandboxes: async (call) => ({
      killed: await operations.killSandboxes(call.caller, call.query, call),
    }),
    logs: async (call) => {
      const machine = await operations.lookAtSandbox(call.caller, call.params, call);
      return readMachineLog(logs, machine, call.query, call.signal);
    },
  };
}
