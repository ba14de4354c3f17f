import { ForkdError } from "@forkd/contract";
import type { SandboxInfo, SandboxRequest, sandboxRoutes } from "@forkd/contract";
import { checkCompatible, checkMemoryLimit, forkSnapshot } from "@forkd/core";
import type { ForkedChild, ProgressOptions, StoredSnapshot } from "@forkd/core";
import type { Handlers } from "../http/handler.ts";
import { readMachineLog } from "../machines/read-log.ts";
import type { Services } from "../services.ts";

/** Sandboxes: fork, list, end. */
export function createSandboxHandlers(services: Services): Handlers<keyof typeof sandboxRoutes> {
  const { registry, log } = services;
  return {
    listSandboxes: async () => registry.list().map((sandbox) => sandbox.describe()),
    createSandboxes: (call) => forkChildren(services, call.body, call),
    getSandbox: async ({ params: { id } }) => registry.get(id).describe(),
    killSandbox: async ({ params: { id } }) => {
      await registry.remove(id);
      log.info({ id }, "sandbox.killed");
    },
    killSandboxes: async ({ query: { tag } }) => {
      const chosen = registry.list().filter(({ record }) => tag === undefined || record.snapshotTag === tag);
      const killed = chosen.map(({ record }) => record.id);
      await Promise.all(killed.map((id) => registry.remove(id)));
      log.info({ ids: killed }, "sandboxes.killed");
      return { killed };
    },
    logs: async ({ params: { id }, query, signal }) => readMachineLog(registry.get(id), query, signal),
  };
}

async function forkChildren(
  services: Services,
  request: SandboxRequest,
  options: ProgressOptions,
): Promise<SandboxInfo[]> {
  refuseUnsupported(request);
  const snapshot = await services.snapshots.open(request.snapshot_tag, options);
  const { manifest } = snapshot;
  if (request.memory_limit_mib !== null) checkMemoryLimit(request.memory_limit_mib, manifest.memoryMib);
  checkCompatible(snapshot.tag, manifest.engine, await services.engine.identify(options));
  const image = await services.images.open(manifest.image.id, options);
  using _places = services.registry.reserve(request.n);
  const children = await forkSnapshot(services, { snapshot, imagePath: image.path, request }, options);
  for (const child of children) if ("sandbox" in child) services.registry.add(child.sandbox);
  services.log.info({ tag: snapshot.tag, n: request.n }, "snapshot.forked");
  return children.map((child) =>
    "sandbox" in child ? child.sandbox.describe() : describeFailed(child, snapshot, request),
  );
}

/** A child that never lived, for the list of a fork that keeps the others. */
function describeFailed(
  { plan, failure }: Extract<ForkedChild, { failure: unknown }>,
  { tag, manifest }: StoredSnapshot,
  request: SandboxRequest,
): SandboxInfo {
  const now = Math.floor(Date.now() / 1000);
  return {
    id: plan.id,
    snapshot_tag: tag,
    snapshot_id: manifest.id,
    status: "dead",
    child_index: plan.identity.childIndex,
    hostname: plan.identity.hostname,
    pid: null,
    netns: null,
    guest_addr: null,
    created_at_unix: now,
    expires_at_unix: null,
    memory_mib: manifest.memoryMib,
    memory_limit_mib: request.memory_limit_mib,
    vcpus: manifest.vcpus,
    restore_ms: 0,
    ready_ms: 0,
    has_branched: false,
    branch_count: 0,
    last_branch_memory_path: null,
    died: { at_unix: now, why: failure.message, console: [] },
  };
}

const UNSUPPORTED = {
  per_child_netns: {
    why: "guests have no network in this version",
    instead: "leave it away; reach a guest through exec, eval and files",
  },
  live_fork: { why: "branching is not in this version", instead: "leave it away" },
  prewarm: { why: "the memory of a snapshot is in the page cache already", instead: "leave it away" },
  hugepages: { why: "memory is shared page by page of 4 KiB", instead: "leave it away" },
} as const;

function refuseUnsupported(request: SandboxRequest): void {
  for (const option of ["per_child_netns", "live_fork", "prewarm", "hugepages"] as const) {
    if (request[option]) throw new ForkdError("unsupported_option", { option, ...UNSUPPORTED[option] });
  }
}
