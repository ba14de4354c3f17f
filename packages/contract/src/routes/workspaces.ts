import { z } from "zod";
import { sandboxNameSchema } from "../schemas/primitives.ts";
import * as workspace from "../schemas/workspace.ts";
import { pageFields } from "./params.ts";
import { defineRoutes } from "./route.ts";
import { sandboxRoutes } from "./sandboxes.ts";

const params = z.object({ name: sandboxNameSchema });

export const workspaceRoutes = defineRoutes({
  listWorkspaces: {
    method: "GET",
    path: "/v1/workspaces",
    summary: "List workspaces: sandboxes with a name that wait on disk when nobody uses them.",
    query: z.object(pageFields),
    status: 200,
    reply: "page",
    response: z.array(workspace.workspaceInfoSchema),
    errors: [],
  },
  createWorkspace: {
    method: "POST",
    path: "/v1/workspaces",
    summary: "Fork a workspace from a snapshot.",
    body: workspace.workspaceRequestSchema,
    keyed: true,
    status: 201,
    reply: "progress",
    response: workspace.workspaceInfoSchema,
    errors: sandboxRoutes.createSandboxes.errors,
  },
  getWorkspace: {
    method: "GET",
    path: "/v1/workspaces/:name",
    summary: "Describe one workspace.",
    params,
    status: 200,
    reply: "json",
    response: workspace.workspaceInfoSchema,
    errors: ["workspace_not_found"],
  },
  suspendWorkspace: {
    method: "POST",
    path: "/v1/workspaces/:name/suspend",
    summary: "Put a workspace on disk. Does nothing when it is there.",
    params,
    body: workspace.workspaceSuspendRequestSchema,
    status: 200,
    reply: "json",
    response: workspace.workspaceInfoSchema,
    errors: ["workspace_not_found", ...sandboxRoutes.suspendSandbox.errors],
  },
  resumeWorkspace: {
    method: "POST",
    path: "/v1/workspaces/:name/resume",
    summary: "Let a workspace run again. Does nothing when it runs.",
    params,
    status: 200,
    reply: "json",
    response: workspace.workspaceInfoSchema,
    errors: ["workspace_not_found", ...sandboxRoutes.resumeSandbox.errors],
  },
  deleteWorkspace: {
    method: "DELETE",
    path: "/v1/workspaces/:name",
    summary: "End a workspace, and remove all that is its own. Its snapshot stays.",
    params,
    status: 204,
    reply: "empty",
    errors: ["workspace_not_found"],
  },
});
