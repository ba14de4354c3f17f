import { ForkdError, isForkdError } from "@forkd/contract";
import type { ErrorDetails, LimitField, SandboxForkRequest } from "@forkd/contract";
import { withTimeout } from "../concurrency/abort.ts";
import type { EventStream } from "../events/event-stream.ts";
import type { Engine, Machine } from "../ports/engine.ts";
import type { GuestConnector } from "../ports/guest.ts";
import type { LimitProvider } from "../ports/limits.ts";
import type { Networks } from "../ports/network.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { PortPublisher, PublishedPort } from "../ports/published-ports.ts";
import type { MachineDirectories, MachineDirectory, MachineLogs } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";
import { KeptRecord } from "../sandbox/kept-record.ts";
import { Sandbox } from "../sandbox/sandbox.ts";
import { leaseNetwork } from "./child-network.ts";
import { describeRestore } from "./machine-source.ts";
import { describePlace } from "./place.ts";
import type { Place } from "./place.ts";
import type { MachineSource } from "./machine-source.ts";
import { expiryIn } from "../model/expiry.ts";
import { isDiskLimited, limitsOf } from "../model/limits.ts";
import type { ChildPlan } from "./child-identity.ts";
import type { ZygoteSource } from "./zygote-source.ts";

export interface ForkPorts {
  readonly engine: Engine;
  readonly zygotes: ZygoteSource;
  readonly connector: GuestConnector;
  readonly limits: LimitProvider;
  readonly networks: Networks;
  readonly machines: MachineDirectories;
  readonly logs: MachineLogs;
  readonly events: Pick<EventStream, "emit">;
  readonly publisher: PortPublisher;
  /** Starts a child by `start`, for whoever wants to know what is done for which. */
  readonly traceChild?: (plan: ChildPlan, start: () => Promise<Sandbox>) => Promise<Sandbox>;
}

export interface ChildSource extends MachineSource {
  readonly isWorkspace?: boolean;
  readonly request: Pick<
    SandboxForkRequest,
    | "n"
    | LimitField
    | "ttl_secs"
    | "on_timeout"
    | "idle_timeout_secs"
    | "on_idle"
    | "live_fork"
    | "auto_resume"
    | "public_ports"
    | "labels"
    | "publish"
  >;
}

const NO_NETWORK = { mode: "none", egress: "deny" } as const;
const READY_TIMEOUT_MS = 60_000;
/** Some hundred times what a copy takes. One that is silent for longer would stay so. */
const COPY_ANSWER_MS = 2000;

/**
 * Starts one child and makes it a machine of its own. Whatever fails, nothing of it is left. A copy that does not
 * answer is ended, and its child is restored instead.
 */
export async function startChild(
  ports: ForkPorts,
  source: ChildSource,
  plan: ChildPlan,
  { signal }: CallOptions,
): Promise<Sandbox> {
  const start: Start = { plan, signal, startedAt: performance.now() };
  try {
    return await startOnce(ports, source, start);
  } catch (error) {
    if (!(error instanceof SilentCopy)) throw error;
    ports.zygotes.reportSilent(source, error.cause);
    return await startOnce({ ...ports, zygotes: undefined }, source, start);
  }
}

interface Start extends CallOptions {
  readonly plan: ChildPlan;
  readonly startedAt: number;
}

/** The agent of a copy did not answer; the cause says what it was asked. */
class SilentCopy extends Error {}

type StartPorts = Omit<ForkPorts, "zygotes"> & { readonly zygotes: ZygoteSource | undefined };

async function startOnce(
  ports: StartPorts,
  source: ChildSource,
  { plan, signal, startedAt }: Start,
): Promise<Sandbox> {
  const options = { signal: withTimeout(signal, READY_TIMEOUT_MS) };
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await ports.machines.create(plan.id));
  const limits = limitsOf(source.request);
  const group = stack.use(await ports.limits.createGroup(plan.id, limits));
  const network = await leaseNetwork(ports.networks, source, plan.id, options);
  if (network) stack.use(network);
  const orders = source.request.publish.map(({ port, host_port }) => ({ port, hostPort: host_port ?? 0 }));
  const published = await ports.publisher.open(plan.id, orders);
  stack.defer(() => ports.publisher.close(plan.id));
  let isCopy = false;
  try {
    const place = { directory, group, network, name: plan.id };
    const copy = await copyMachine(ports, source, place, options);
    isCopy = copy !== undefined;
    const machine = stack.use(copy ?? (await restoreMachine(ports, source, place, options)));
    if (isDiskLimited(limits)) await machine.limitDisk(limits, options);
    const restoreMs = performance.now() - startedAt;
    const stream = await machine.openAgentStream(options);
    const greet = { ...options, ...(isCopy && { answerMs: COPY_ANSWER_MS }) };
    const { agent, report } = await ports.connector.connectAndFork(
      stream,
      { ...plan.identity, network: network?.guest },
      greet,
    );
    stack.use(agent);
    for (const ended of report.ended)
      ports.events.emit({ type: "sandbox.context_ended", id: plan.id, ...ended });
    const readyMs = performance.now() - startedAt;
    const record = createRecord(source, plan, machine, { restoreMs, readyMs, published });
    await directory.writeRecord(record);
    const kept = new KeptRecord(record, (changed, durability) => directory.writeRecord(changed, durability));
    stack.move();
    return new Sandbox(kept, { machine, directory, group, network, agent }, ports);
  } catch (cause) {
    if (signal.aborted) throw new ForkdError("cancelled", { stage: "forking" }, { cause });
    if (isCopy && isForkdError(cause) && cause.code === "agent_timeout") throw new SilentCopy("", { cause });
    throw await explainFailure(ports.logs, source, directory, cause);
  }
}

async function copyMachine(
  { zygotes }: StartPorts,
  source: ChildSource,
  place: Place,
  options: CallOptions,
): Promise<Machine | undefined> {
  return zygotes?.copy(source, describePlace(place), { ...options, children: source.request.n });
}

async function restoreMachine(
  { engine }: StartPorts,
  source: ChildSource,
  place: Place,
  options: CallOptions,
): Promise<Machine> {
  return engine.restore({ ...describeRestore(source), ...describePlace(place) }, options);
}

function createRecord(
  {
    snapshot,
    request,
    network: { link = null, ...network } = NO_NETWORK,
    isWorkspace = false,
    tenant = null,
  }: ChildSource,
  { id, name, createdAtUnix, identity }: ChildPlan,
  machine: Machine,
  had: { restoreMs: number; readyMs: number; published: readonly PublishedPort[] },
): SandboxRecord {
  return {
    id,
    name,
    tenant,
    labels: request.labels,
    snapshotTag: snapshot.tag,
    snapshotId: snapshot.manifest.id,
    childIndex: identity.childIndex,
    hostname: identity.hostname,
    pid: machine.pid,
    startTicks: machine.startTicks,
    createdAtUnix,
    expiresAtUnix: expiryIn(request.ttl_secs),
    ttlSecs: request.ttl_secs,
    onTimeout: request.on_timeout,
    idleTimeoutSecs: request.idle_timeout_secs,
    onIdle: request.on_idle,
    memoryMib: snapshot.manifest.memoryMib,
    ...limitsOf(request),
    vcpus: snapshot.manifest.vcpus,
    restoreMs: round(had.restoreMs),
    readyMs: round(had.readyMs),
    isWorkspace,
    lastUsedAtUnix: null,
    network: { ...network, link },
    liveFork: request.live_fork,
    paused: false,
    suspended: null,
    autoResume: request.auto_resume,
    publicPorts: request.public_ports,
    published: [...had.published],
    branchCount: 0,
    lastBranchDirectory: null,
  };
}

const round = (ms: number): number => Math.round(ms * 100) / 100;

/** What the guest did wrong is told with its console; what we know better is told as it is. */
async function explainFailure(
  logs: MachineLogs,
  { snapshot }: ChildSource,
  directory: MachineDirectory,
  cause: unknown,
): Promise<unknown> {
  if (isForkdError(cause) && cause.code === "restore_failed") {
    const details = cause.details as ErrorDetails<"restore_failed">;
    return new ForkdError("restore_failed", { ...details, tag: snapshot.tag }, { cause });
  }
  if (!isForkdError(cause) || !(cause.code.startsWith("agent_") || cause.code === "cancelled")) return cause;
  const console = await logs.tail(directory.path, "console", 15);
  return new ForkdError("restore_failed", { tag: snapshot.tag, why: cause.message, console }, { cause });
}
