import { ForkdError, sandboxRequestSchema } from "@forkd/contract";
import type { SandboxId, WorkspaceInfo, WorkspaceRequest } from "@forkd/contract";
import { describeWorkspace } from "../model/workspace-view.ts";
import type { ProgressOptions } from "../ports/options.ts";
import { suspend } from "./bring-to-rest.ts";
import { seesSandbox } from "../tenants/sight.ts";
import type { Asked, Caller } from "./caller.ts";
import { pageOf } from "./page.ts";
import type { Page, PageOrder } from "./page.ts";
import { forkStored } from "./fork.ts";
import type { OperationPorts } from "./ports.ts";
import { resume } from "./wake-up.ts";

interface OneWorkspace {
  readonly name: string;
}

/** Sandboxes with a name and no time to live, which go to the disk instead of ending. */
export function createWorkspaceOperations(ports: OperationPorts) {
  const { registry, events } = ports;
  const find = (caller: Caller, name: string): SandboxId => {
    const id = registry.resolve(name as SandboxId, caller.tenant);
    const sandbox = registry.has(id) ? registry.look(id) : undefined;
    if (sandbox?.record.isWorkspace) return id;
    throw new ForkdError("workspace_not_found", { name, isSandbox: sandbox !== undefined });
  };
  const describe = (id: SandboxId): WorkspaceInfo => describeWorkspace(registry.look(id));
  return {
    listWorkspaces: async (...[caller, order]: Asked<PageOrder>): Promise<Page<WorkspaceInfo>> => {
      const all = [...registry.list(), ...registry.unadopted()];
      const seen = all.filter(({ record }) => record.isWorkspace && seesSandbox(caller, record));
      const infos = seen.map(describeWorkspace);
      return pageOf(infos, order, ({ name }) => [name]);
    },

    describeWorkspace: async (...[caller, { name }]: Asked<OneWorkspace>): Promise<WorkspaceInfo> =>
      describe(find(caller, name)),

    async createWorkspace(
      caller: Caller,
      request: WorkspaceRequest,
      options: ProgressOptions,
    ): Promise<WorkspaceInfo> {
      const fork = sandboxRequestSchema.parse({ ...request, on_timeout: "suspend", on_idle: "suspend" });
      const [info] = await forkStored(ports, caller, { request: fork, isWorkspace: true }, options);
      if (!info) throw new ForkdError("internal", { reason: "a fork of one gave none" });
      return describe(info.id);
    },

    async suspendWorkspace(...[caller, { name }, options]: Asked<OneWorkspace>): Promise<WorkspaceInfo> {
      const id = find(caller, name);
      return describeWorkspace(await suspend(ports, { id, caller, reason: "asked" }, options));
    },

    async resumeWorkspace(...[caller, { name }, options]: Asked<OneWorkspace>): Promise<WorkspaceInfo> {
      const id = find(caller, name);
      return describeWorkspace(await resume(ports, { id, caller, reason: "asked" }, options));
    },

    async deleteWorkspace(...[caller, { name }]: Asked<OneWorkspace>): Promise<void> {
      const id = find(caller, name);
      await registry.remove(id);
      events.emit({ type: "sandbox.killed", id }, caller);
    },
  };
}
