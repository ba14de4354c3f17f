import type { workspaceRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Workspaces: make, list, put on disk, wake, end. */
export function createWorkspaceHandlers({ operations }: Services): Handlers<keyof typeof workspaceRoutes> {
  return {
    listWorkspaces: (call) => operations.listWorkspaces(call.caller, call.query, call),
    createWorkspace: (call) => operations.createWorkspace(call.caller, call.body, call),
    getWorkspace: (call) => operations.describeWorkspace(call.caller, call.params, call),
    suspendWorkspace: (call) => operations.suspendWorkspace(call.caller, call.params, call),
    resumeWorkspace: (call) => operations.resumeWorkspace(call.caller, call.params, call),
    deleteWorkspace: (call) => operations.deleteWorkspace(call.caller, call.params, call),
  };
}
