import { ForkdError, isForkdError, toForkdError } from "@forkd/contract";
import type { ErrorDetails } from "@forkd/contract";
import type { Claims } from "../claims/claims.ts";
import { withTimeout } from "../concurrency/abort.ts";
import type { Semaphore } from "../concurrency/semaphore.ts";
import { leaseNetwork } from "../fork/child-network.ts";
import { describePlace } from "../fork/place.ts";
import { describeRestore } from "../fork/machine-source.ts";
import type { MachineSource } from "../fork/machine-source.ts";
import { isDiskLimited } from "../model/limits.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { Engine, Machine, ReviveSpec } from "../ports/engine.ts";
import type { ImageStore } from "../ports/images.ts";
import type { LimitProvider } from "../ports/limits.ts";
import type { Networks } from "../ports/network.ts";
import type { CallOptions } from "../ports/options.ts";
import type { ProcessName } from "../ports/processes.ts";
import type { SnapshotStore } from "../ports/snapshots.ts";
import { checkCompatible, describeHost } from "../snapshot/compatibility.ts";
import type { AgentLinkPorts } from "./agent-link.ts";
import { Sandbox } from "./sandbox.ts";
import type { SuspendedParts } from "./suspended-sandbox.ts";

export interface RevivePorts extends AgentLinkPorts {
  readonly engine: Engine;
  readonly limits: LimitProvider;
  readonly networks: Networks;
  readonly images: ImageStore;
  readonly snapshots: SnapshotStore;
  readonly slots: Semaphore;
  readonly claims: Claims;
}

/** For small machines, and what is added for each MiB of memory: a disk may read no more than 50 MB/s. */
const START_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS_PER_MIB = 20;

/**
 * Makes a machine of a suspended one: it stands still, and is paused by its record from when that says that it is not
 * suspended any more. Throws `suspended_state_damaged`, `resume_failed`, `snapshot_incompatible` and what opening its
 * snapshot throws; nothing has changed then.
 */
export async function reviveSandbox(
  ports: RevivePorts,
  { record, directory, findLingering }: SuspendedParts,
  options: CallOptions,
): Promise<Sandbox> {
  const { id, suspended } = record.current;
  if (suspended === null) throw new ForkdError("internal", { reason: `${id} is not suspended` });
  await directory.state.verify(suspended, options);
  using _base = await ports.claims.holds.take(record.current.snapshotId, `resuming ${id}`, options);
  const source = await openSource(ports, record.current, options);
  using _slot = await ports.slots.acquire("a free slot to start in", options);
  await using stack = new AsyncDisposableStack();
  const group = stack.use(await ports.limits.createGroup(id, record.current));
  const network = await leaseNetwork(ports.networks, source, id, options);
  if (network) stack.use(network);
  const { memoryPath: layerPath, deviceStatePath } = directory.state;
  const place = describePlace({ name: id, directory, group, network });
  const spec = { ...describeRestore(source), ...place, layerPath, deviceStatePath };
  assertLeft(id, findLingering?.());
  const machine = stack.use(await startMachine(ports.engine, record.current, spec, options));
  if (isDiskLimited(record.current)) await machine.limitDisk(record.current, options);
  const { pid, startTicks } = machine;
  // Before its guest runs: what is on disk then is of another moment than its disk.
  await record.change(() => ({ suspended: null, paused: true, pid, startTicks }), "durable");
  stack.move();
  await directory.state.remove().catch((error: unknown) => ports.onError?.(error, `tidying up after ${id}`));
  return new Sandbox(
    record,
    { machine, directory, group, network, agent: undefined, isRevived: true },
    ports,
  );
}

/** What comes before takes as long as its caller waits; that QEMU itself hangs is for us to notice. */
async function startMachine(
  engine: Engine,
  { id, memoryMib }: SandboxRecord,
  spec: ReviveSpec,
  { signal }: CallOptions,
): Promise<Machine> {
  const timeoutMs = START_TIMEOUT_MS + memoryMib * START_TIMEOUT_MS_PER_MIB;
  const deadline = withTimeout(signal, timeoutMs);
  try {
    return await engine.revive(spec, { signal: deadline });
  } catch (cause) {
    if (signal.aborted || !deadline.aborted) throw explainFailure(id, cause);
    const why = `it took longer than ${timeoutMs / 1000} s`;
    throw new ForkdError("resume_failed", { id, why, console: [] }, { cause });
  }
}

/** Two machines would write to one disk. */
function assertLeft(id: string, lingering: ProcessName | undefined): void {
  if (!lingering) return;
  const why = `process ${lingering.pid} of its last life has not ended, and has its disk open`;
  throw new ForkdError("resume_failed", { id, why, console: [] });
}

async function openSource(
  { engine, images, snapshots }: RevivePorts,
  { snapshotId, liveFork, network, tenant }: SandboxRecord,
  options: CallOptions,
): Promise<MachineSource> {
  const memory = liveFork ? "shared-memory" : "file";
  const snapshot = await snapshots.open(snapshotId, { ...options, memory });
  checkCompatible(snapshot.tag, snapshot.manifest, await describeHost(engine, options));
  const image = await images.open(snapshot.manifest.image.id, options);
  return { snapshot, imagePath: image.path, network, tenant };
}

function explainFailure(id: string, cause: unknown): ForkdError {
  if (!isForkdError(cause) || cause.code !== "restore_failed") return toForkdError(cause);
  const { why, console } = cause.details as ErrorDetails<"restore_failed">;
  return new ForkdError("resume_failed", { id, why, console }, { cause });
}
