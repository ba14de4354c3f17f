import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  Admission,
  Claims,
  EventStream,
  JobRegistry,
  KeyedTurns,
  LOCAL_USER,
  SandboxRegistry,
  Semaphore,
  StagedSnapshots,
  TenantBook,
  TokenBook,
  UsageHistory,
  Zygotes,
  actOnTime,
  createOperations,
  tenantOfEvent,
  tellOfZygote,
} from "@forkd/core";
import type { SandboxId } from "@forkd/contract";
import type { GuestBootProvider, OperationPorts, RegistryOptions } from "@forkd/core";
import { qemuLogs, qemuProcesses } from "@forkd/engine-qemu";
import { createGuestConnector } from "@forkd/guest-client";
import { createGuestBootProvider, createImageBuilder, createLimitProvider, readHostRoom } from "@forkd/host";
import { readBootId } from "@forkd/posix";
import { createImageStore, createPacks, createSnapshotStore } from "@forkd/store";
import type { Logger } from "pino";
import { createTokenFile } from "./access/token-file.ts";
import { composeQuotas } from "./compose-quotas.ts";
import { openAudit } from "./audit/open-audit.ts";
import { createTenantFile } from "./access/tenant-file.ts";
import { composeNetworks } from "./compose-networks.ts";
import type { DaemonConfig } from "./config.ts";
import { createVirtualisation } from "./host/virtualisation.ts";
import type { Virtualisation } from "./host/virtualisation.ts";
import { createMachineDirectories } from "./machines/directories.ts";
import { ForkJournal } from "./machines/fork-journal.ts";
import { logEvents } from "./observe/log-events.ts";
import { createMetrics } from "./observe/metrics.ts";
import { openTracing } from "./observe/traces/open-tracing.ts";
import { readKey } from "./read-key.ts";
import { PublishedPorts } from "./published/published-ports.ts";
import type { Services } from "./services.ts";
import { createUrlKey } from "./url-key.ts";
import { createWebhookFile } from "./webhooks/webhook-file.ts";
import { Webhooks } from "./webhooks/webhooks.ts";

const GUEST_SOURCE_DIR = fileURLToPath(new URL("../../../guest", import.meta.url));
const ZYGOTE_IDLE_MS = 600_000;
const GIB = 1024 ** 3;
/** Of two hours. */
const KEPT_USAGE_SAMPLES = 240;

/** What the parts are put together by. */
export interface Outside {
  readonly config: DaemonConfig;
  readonly log: Logger;
  /** What must be over before the store is used; without it, nothing. */
  readonly recovered?: Promise<void>;
  readonly stop?: OperationPorts["stop"];
}

/** Puts the parts together. Makes the directories, starts nothing. */
export async function composeServices(outside: Outside): Promise<Services> {
  const { config, log, stop = () => {} } = outside;
  const directories = await makeDirectories(config);
  const guestBoot = composeGuestBoot(config);
  const virtualisation = createVirtualisation({ ...config, guestBoot, log });
  const onTime: RegistryOptions["onTime"] = (order) => actOnTime(ports, order);
  const publisher = new PublishedPorts((order, call) => operations.connectToPort(LOCAL_USER, order, call));
  const audit = await openAudit(config);
  const events = composeEvents(log, (id) => ports.registry.tenantOf(id));
  const webhooks = await Webhooks.open(createWebhookFile(join(config.dataDir, "webhooks.json")), events);
  const tracing = await openTracing(config.traces, log);
  const untraced = composePorts(outside, {
    events,
    webhooks,
    audit,
    stop,
    tokens: await TokenBook.open(createTokenFile(join(config.dataDir, "tokens.json"))),
    tenants: await TenantBook.open(createTenantFile(join(config.dataDir, "tenants.json"))),
    directories,
    bootId: await readBootId(),
    guestBoot,
    virtualisation,
    publisher,
    onTime,
  });
  const ports = tracing.tracePorts(untraced);
  const operations = tracing.traceOperations(createOperations(ports));
  const metrics = createMetrics({ ...ports, config });
  return {
    ...ports,
    publisher,
    config,
    log,
    operations,
    metrics,
    tracing,
    virtualisation,
    processes: qemuProcesses,
    audit,
  };
}

interface Grounds extends Pick<OperationPorts, "audit" | "stop" | "events"> {
  readonly webhooks: Webhooks;
  readonly tokens: TokenBook;
  readonly tenants: TenantBook;
  readonly directories: Awaited<ReturnType<typeof makeDirectories>>;
  readonly bootId: string;
  readonly guestBoot: GuestBootProvider;
  readonly virtualisation: Virtualisation;
  readonly publisher: PublishedPorts;
  readonly onTime: RegistryOptions["onTime"];
}

function composePorts(
  { config, log, recovered = Promise.resolve() }: Outside,
  { directories, bootId, virtualisation, publisher, onTime, ...given }: Grounds,
): OperationPorts & Pick<Services, "forkJournal" | "networks" | "webhooks"> {
  const { cacheDir, dataDir: root, debianMirror: mirror } = config;
  const { engine } = virtualisation;
  const connector = createGuestConnector();
  const { events } = given;
  const usage = new UsageHistory({ limit: KEPT_USAGE_SAMPLES });
  const onError: OperationPorts["onError"] = (err, doing) => log.error({ err, doing }, "daemon.failure");
  const claims = new Claims(() => registry.users(), limitsOf(config));
  const networks = composeNetworks(config, {
    onError: (error) => onError(error, "keeping networks"),
    nameOf: (id) => registry.nameOf(id),
  });
  const builder = createImageBuilder({ cacheDir, tmpDir: directories.tmp, ...(mirror && { mirror }) });
  const images = createImageStore({ root, builder, claims });
  const snapshots = createSnapshotStore({ root, claims });
  const staged = new StagedSnapshots(claims, (error) => onError(error, "dropping or storing a snapshot"));
  const machines = createMachineDirectories({ root: directories.zygotes, bootId });
  const zygotes = composeZygotes(config, { engine, connector, machines }, { snapshots, events, onError });
  const kept = { onTime, publisher, claims, events, staged, snapshots, zygotes, recovered, onError };
  const registry = composeRegistry(kept);
  return {
    ...given,
    engine,
    publisher,
    zygotes,
    connector,
    images,
    snapshots,
    packs: createPacks({ root, snapshots, images, dockerConfigPath: dockerConfigPath() }),
    limits: createLimitProvider({ dataDir: config.dataDir }),
    networks,
    namespaces: networks.namespaces,
    machines: createMachineDirectories({
      root: directories.vms,
      bootId,
      logs: Object.values(qemuLogs.names),
    }),
    forkJournal: new ForkJournal(join(root, "forks")),
    logs: qemuLogs,
    registry,
    usage,
    slots: new Semaphore(config.parallelism),
    staged,
    lives: new KeyedTurns(),
    claims,
    admission: composeAdmission(config, registry),
    jobs: new JobRegistry(events),
    recovered,
    readKey,
    quotas: composeQuotas(given.tenants, { registry, usage, snapshots }),
    urlKey: createUrlKey(join(root, "url.key")),
    packLimitBytes: config.maxPackGib * GIB,
    onError,
  };
}

function composeEvents(log: Logger, tenantOf: (id: SandboxId) => string | undefined): EventStream {
  const events = new EventStream((facts, caller) => tenantOfEvent(facts, caller, tenantOf));
  logEvents(events, log);
  return events;
}

function dockerConfigPath(): string {
  return join(homedir(), ".docker", "config.json");
}

function composeAdmission(config: DaemonConfig, registry: SandboxRegistry): Admission {
  const reserve = { memoryMib: config.reserveMemoryMib, diskMib: config.reserveDiskMib };
  return new Admission({
    readRoom: () => readHostRoom(config.dataDir),
    reserve: config.admission === "on" ? reserve : undefined,
    listSiblings: (snapshotId) => registry.living().filter(({ record }) => record.snapshotId === snapshotId),
  });
}

function limitsOf({ maxSandboxes: sandboxes, branchConcurrency: branches }: DaemonConfig) {
  return { sandboxes, branches };
}

function composeZygotes(
  config: DaemonConfig,
  ports: ConstructorParameters<typeof Zygotes>[0],
  told: Pick<OperationPorts, "snapshots" | "events" | "onError">,
): Zygotes {
  return new Zygotes(ports, {
    limit: config.zygotes,
    idleMs: ZYGOTE_IDLE_MS,
    onError: (error, id) => void tellOfZygote(told, error, id),
    onSilent: (error, id, total) => {
      const why = error instanceof Error ? error.message : String(error);
      told.events.emit({ type: "zygote.copy_silent", snapshot_id: id, why, total });
    },
  });
}

export function composeGuestBoot({ cacheDir, debianMirror: mirror }: DaemonConfig): GuestBootProvider {
  return createGuestBootProvider({
    cacheDir,
    guestSourceDir: GUEST_SOURCE_DIR,
    ...(mirror && { mirror }),
  });
}

async function makeDirectories({ dataDir, cacheDir }: DaemonConfig) {
  const directories = {
    vms: join(dataDir, "vms"),
    zygotes: join(dataDir, "zygotes"),
    tmp: join(cacheDir, "tmp"),
  };
  for (const path of Object.values(directories)) await mkdir(path, { recursive: true, mode: 0o700 });
  return directories;
}

/** What only a machine kept goes with it. */
function composeRegistry({
  onTime,
  publisher,
  claims,
  events,
  staged,
  snapshots,
  zygotes,
  recovered,
  onError,
}: Pick<
  OperationPorts,
  "publisher" | "claims" | "events" | "staged" | "snapshots" | "zygotes" | "recovered" | "onError"
> &
  Pick<RegistryOptions, "onTime">): SandboxRegistry {
  return new SandboxRegistry({
    events,
    onTime,
    onError: (error) => onError(error, "removing a machine"),
    onRemoved: (id) => publisher.close(id),
    onGone: async ({ snapshotId, liveFork }) => {
      if (snapshotId === undefined) return;
      await staged.release(snapshotId);
      await recovered;
      // A zygote that maps shared memory would keep it taken.
      if (liveFork && !claims.holds.needsMemory(snapshotId)) await zygotes.forget(snapshotId);
      await snapshots.release(snapshotId);
    },
  });
}
