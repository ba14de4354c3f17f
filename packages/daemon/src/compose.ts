import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Claims, JobRegistry, StagedSnapshots, SandboxRegistry, Semaphore, Zygotes } from "@forkd/core";
import { qemuProcesses, readTail } from "@forkd/engine-qemu";
import { createGuestConnector } from "@forkd/guest-client";
import { createGuestBootProvider, createImageBuilder, createLimitProvider } from "@forkd/host";
import { createImageStore, createPacks, createSnapshotStore } from "@forkd/store";
import { MACHINE_FILES } from "@forkd/core";
import type { GuestBootProvider, MachineLogs } from "@forkd/core";
import type { Logger } from "pino";
import type { DaemonConfig } from "./config.ts";
import { createVirtualisation } from "./host/virtualisation.ts";
import { createMachineDirectories } from "./machines/directories.ts";
import { ForkOrders } from "./machines/fork-orders.ts";
import { tellOfZygote } from "./snapshots/zygotes.ts";
import type { Services } from "./services.ts";

const GUEST_SOURCE_DIR = fileURLToPath(new URL("../../../guest", import.meta.url));
const ZYGOTE_IDLE_MS = 600_000;

/** Puts the parts together. Makes the directories, starts nothing. */
export async function composeServices(
  config: DaemonConfig,
  log: Logger,
  stop: Services["stop"],
): Promise<Services> {
  const directories = await makeDirectories(config);
  const { cacheDir, debianMirror: mirror } = config;
  const guestBoot = composeGuestBoot(config);
  const builder = createImageBuilder({ cacheDir, tmpDir: directories.tmp, ...(mirror && { mirror }) });
  const virtualisation = createVirtualisation({ ...config, guestBoot, log });
  const { engine } = virtualisation;
  const connector = createGuestConnector();
  const claims = new Claims(() => registry.users(), {
    sandboxes: config.maxSandboxes,
    branches: config.branchConcurrency,
  });
  const staged = new StagedSnapshots(claims, (err) => log.error({ err }, "staged_snapshot.failed"));
  const images = createImageStore({ root: config.dataDir, builder, claims });
  const snapshots = createSnapshotStore({ root: config.dataDir, claims });
  const zygotes = composeZygotes({ config, log, engine, connector, snapshots }, directories.zygotes);
  const recovered = Promise.withResolvers<void>();
  const registry = composeRegistry({ log, snapshots, zygotes, claims, staged, recovered });
  return {
    config,
    log,
    engine,
    virtualisation,
    zygotes,
    connector,
    guestBoot,
    images,
    snapshots,
    packs: createPacks({
      root: config.dataDir,
      snapshots,
      images,
      dockerConfigPath: join(homedir(), ".docker", "config.json"),
    }),
    limits: createLimitProvider({}),
    machines: createMachineDirectories(directories.vms),
    processes: qemuProcesses,
    forkOrders: new ForkOrders(join(config.dataDir, "forks")),
    logs: machineLogs,
    registry,
    slots: new Semaphore(config.parallelism),
    staged,
    claims,
    jobs: new JobRegistry(),
    recovered,
    stop,
  };
}

function composeZygotes(
  services: Pick<Services, "config" | "log" | "engine" | "connector" | "snapshots">,
  root: string,
): Zygotes {
  const { config, log, engine, connector } = services;
  const machines = createMachineDirectories(root);
  return new Zygotes(
    { engine, connector, machines },
    {
      limit: config.zygotes,
      idleMs: ZYGOTE_IDLE_MS,
      onError: (err, snapshotId) => void tellOfZygote(services, err, snapshotId),
      onSilent: (err, snapshotId, total) => log.warn({ err, snapshotId, total }, "zygote.copy_silent"),
    },
  );
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
  log,
  snapshots,
  zygotes,
  claims,
  staged,
  recovered,
}: Pick<Services, "log" | "snapshots" | "zygotes" | "claims" | "staged" | "recovered">): SandboxRegistry {
  return new SandboxRegistry({
    onError: (err) => log.error({ err }, "sandbox.removal_failed"),
    onAdopted: ({ record: { id, pid } }) => log.info({ id, pid }, "machine.adopted"),
    onRefused: (err) => log.warn({ err }, "machine.unmanaged"),
    onGone: async ({ snapshotId, liveFork }) => {
      if (snapshotId === undefined) return;
      await staged.release(snapshotId);
      await recovered.promise;
      // A zygote that maps shared memory would keep it taken.
      if (liveFork && !claims.holds.users().has(snapshotId)) await zygotes.forget(snapshotId);
      await snapshots.release(snapshotId);
    },
  });
}

const machineLogs: MachineLogs = {
  tail: (directory, source, lines) =>
    readTail(
      join(directory, source === "console" ? MACHINE_FILES.console : MACHINE_FILES.vmmLog),
      lines,
      16_384,
    ),
};
