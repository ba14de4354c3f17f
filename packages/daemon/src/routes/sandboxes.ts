import type { SandboxInfo, SandboxRequest, sandboxRoutes } from "@forkd/contract";
import { checkCompatible, describeHost, checkMemoryLimit, forkSnapshot } from "@forkd/core";
import type { ProgressOptions } from "@forkd/core";
import type { Handlers } from "../http/handler.ts";
import { describeChildren, handOver, refuseUnsupported } from "../machines/forked-children.ts";
import { readMachineLog } from "../machines/read-log.ts";
import type { Services } from "../services.ts";
import { createBranchHandlers } from "./branches.ts";

/** Sandboxes: fork, list, end. */
export function createSandboxHandlers(services: Services): Handlers<keyof typeof sandboxRoutes> {
  const { registry, log } = services;
  return {
    listSandboxes: async () => registry.describe(),
    ...createBranchHandlers(services),
    createSandboxes: (call) => forkChildren(services, call.body, call),
    getSandbox: async ({ params: { id } }) => registry.look(id).describe(),
    adoptSandbox: async (call) => (await registry.adopt(call.params.id, call)).describe(),
    killSandbox: async ({ params: { id } }) => {
      await registry.remove(id);
      log.info({ id }, "sandbox.killed");
    },
    killSandboxes: async ({ query: { tag } }) => {
      const chosen = registry.describe().filter((info) => tag === undefined || info.snapshot_tag === tag);
      const killed = chosen.map(({ id }) => id);
      await Promise.all(killed.map((id) => registry.remove(id)));
      log.info({ ids: killed }, "sandboxes.killed");
      return { killed };
    },
    logs: async ({ params: { id }, query, signal }) => readMachineLog(registry.look(id), query, signal),
  };
}

async function forkChildren(
  services: Services,
  request: SandboxRequest,
  options: ProgressOptions,
): Promise<SandboxInfo[]> {
  refuseUnsupported(request);
  const memory = request.live_fork ? "shared-memory" : "file";
  using held = await services.snapshots.hold(request.snapshot_tag, "a fork", options);
  const snapshot = await held.open({ ...options, memory });
  const { manifest } = snapshot;
  if (request.memory_limit_mib !== null) checkMemoryLimit(request.memory_limit_mib, manifest.memoryMib);
  checkCompatible(snapshot.tag, manifest, await describeHost(services.engine, options));
  const image = await services.images.open(manifest.image.id, options);
  using _places = services.claims.places.reserve(request.n);
  using order = services.forkOrders.open();
  const source = { snapshot, imagePath: image.path, request };
  const children = await forkSnapshot({ ...services, order }, source, options);
  await handOver(services.registry, { order, children }, options);
  services.log.info({ tag: snapshot.tag, n: request.n }, "snapshot.forked");
  return describeChildren(children, snapshot, request);
}
