import type { SandboxForkRequest, SandboxId, SandboxInfo, SandboxRequest } from "@forkd/contract";
import { forkSandbox } from "../branch/fork-sandbox.ts";
import { nameChildren } from "../fork/child-identity.ts";
import { forkSnapshot } from "../fork/fork-snapshot.ts";
import { wantedNetwork } from "../fork/wanted-network.ts";
import { checkLimits, makeRoomForVmm } from "../fork/check-limits.ts";
import { limitsOf } from "../model/limits.ts";
import type { ProgressOptions } from "../ports/options.ts";
import { checkCompatible, describeHost } from "../snapshot/compatibility.ts";
import type { Caller } from "./caller.ts";
import { handOver } from "./hand-over.ts";
import type { ForkResult } from "./hand-over.ts";
import type { OperationPorts } from "./ports.ts";

/** A fork of a running machine. */
export interface ForkSandboxOrder {
  readonly id: SandboxId;
  readonly request: SandboxForkRequest;
}

/** Forking: children of a snapshot, or of a machine that runs on. */
export function createForkOperations(ports: OperationPorts) {
  const { admission, claims, forkJournal, quotas, registry } = ports;
  return {
    fork: (caller: Caller, request: SandboxRequest, options: ProgressOptions): Promise<SandboxInfo[]> =>
      forkStored(ports, caller, { request }, options),

    async forkSandbox(
      caller: Caller,
      { id, request: asked }: ForkSandboxOrder,
      options: ProgressOptions,
    ): Promise<SandboxInfo[]> {
      const startedAtMs = performance.now();
      const sandbox = await registry.findAny(id, options);
      const request = makeRoomForVmm(asked, sandbox.record);
      checkLimits(limitsOf(request), sandbox.record);
      const { accelerator } = await ports.engine.identify(options);
      const { snapshotTag: tag, snapshotId, memoryMib } = sandbox.record;
      using _room = await admission.admit({ tag, snapshotId, n: request.n, memoryMib, accelerator });
      using _places = claims.places.reserve(request.n);
      const { tenant } = sandbox.record;
      using _quota = await quotas.admit(tenant, { sandboxes: request.n, memoryMib: request.n * memoryMib });
      quotas.countBranch(tenant);
      using _names = claims.names.take(nameChildren(request), tenant);
      using _slot = claims.branches.take(id, `${request.n} children`);
      using journaled = forkJournal.open();
      const { snapshot, children, hold } = await forkSandbox(
        { ...ports, journaled },
        sandbox,
        request,
        options,
      );
      await using _hold = hold;
      const result = { journaled, children, snapshot, request, from: id, startedAtMs };
      return await handOver(ports, caller, result, options);
    },
  };
}

interface StoredFork {
  readonly request: SandboxRequest;
  readonly isWorkspace?: boolean;
}

interface StartedFork extends StoredFork {
  /** Gets what nobody else may take until the children are their caller's. */
  readonly held: DisposableStack;
}

/** Forks children from a snapshot that is stored. */
export async function forkStored(
  ports: OperationPorts,
  caller: Caller,
  order: StoredFork,
  options: ProgressOptions,
): Promise<SandboxInfo[]> {
  using held = new DisposableStack();
  return await handOver(
    ports,
    caller,
    await startStored(ports, caller, { ...order, held }, options),
    options,
  );
}

/** Starts such children, which are nobody's yet. */
export async function startStored(
  ports: OperationPorts,
  caller: Caller,
  { request: asked, held, ...kind }: StartedFork,
  options: ProgressOptions,
): Promise<ForkResult> {
  const { admission, claims, engine, forkJournal, images, quotas, snapshots } = ports;
  const startedAtMs = performance.now();
  const memory = asked.live_fork ? "shared-memory" : "file";
  const source = held.use(await snapshots.hold(asked.snapshot_tag, "a fork", options));
  const snapshot = await source.open({ ...options, memory });
  const { manifest } = snapshot;
  const request = makeRoomForVmm(asked, manifest);
  checkLimits(limitsOf(request), manifest);
  const host = await describeHost(engine, options);
  checkCompatible(snapshot.tag, manifest, host);
  const image = await images.open(manifest.image.id, options);
  const { id: snapshotId, memoryMib } = manifest;
  const { accelerator } = host.engine;
  const { n } = request;
  held.use(await admission.admit({ tag: snapshot.tag, snapshotId, n, memoryMib, accelerator }));
  held.use(claims.places.reserve(n));
  const { tenant } = caller;
  held.use(await quotas.admit(tenant, { sandboxes: n, memoryMib: n * memoryMib }));
  held.use(claims.names.take(nameChildren(request), tenant));
  const journaled = held.use(forkJournal.open());
  const network = wantedNetwork(request);
  const parts = { snapshot, imagePath: image.path, network, request, tenant, ...kind };
  const children = await forkSnapshot({ ...ports, journaled }, parts, options);
  return { journaled, children, snapshot, request, from: null, startedAtMs };
}
