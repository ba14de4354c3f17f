import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BranchSlots, JobRegistry, LentSnapshots, SandboxRegistry, Semaphore } from "@forkd/core";
import { createQemuEngine, readTail } from "@forkd/engine-qemu";
import { createGuestConnector } from "@forkd/guest-client";
import {
  chooseAccelerator,
  createGuestBootProvider,
  createImageBuilder,
  createLimitProvider,
  disableTransparentHugePages,
  readQemuVersion,
  resolveQemu,
} from "@forkd/host";
import { createImageStore, createPacks, createSnapshotStore } from "@forkd/store";
import { MACHINE_FILES } from "@forkd/core";
import type { GuestBoot, MachineLogs } from "@forkd/core";
import type { Logger } from "pino";
import type { DaemonConfig } from "./config.ts";
import { createLazyEngine } from "./host/lazy-engine.ts";
import type { AcceleratorChoice } from "./host/lazy-engine.ts";
import { createMachineDirectories } from "./machines/directories.ts";
import type { Services } from "./services.ts";
import { listInUse } from "./snapshots/in-use.ts";
import { ForksUnderWay } from "./snapshots/forks-under-way.ts";

const GUEST_SOURCE_DIR = fileURLToPath(new URL("../../../guest", import.meta.url));

/** Puts the parts together. Makes the directories, starts nothing. */
export async function composeServices(
  config: DaemonConfig,
  log: Logger,
  stop: Services["stop"],
): Promise<Services> {
  const directories = { vms: join(config.dataDir, "vms"), tmp: join(config.cacheDir, "tmp") };
  for (const path of Object.values(directories)) await mkdir(path, { recursive: true, mode: 0o700 });
  const { cacheDir, debianMirror: mirror } = config;
  const guestBoot = createGuestBootProvider({
    cacheDir,
    guestSourceDir: GUEST_SOURCE_DIR,
    ...(mirror && { mirror }),
  });
  const builder = createImageBuilder({ cacheDir, tmpDir: directories.tmp, ...(mirror && { mirror }) });
  const choose = createChooser(config, guestBoot);
  const engine = createLazyEngine(async (signal) => {
    const { qemuPath, accelerator } = await choose(signal);
    if (accelerator === "tcg" && !disableTransparentHugePages()) log.warn("host.huge_pages_stay");
    return createQemuEngine({ qemuPath, accelerator, version: await readQemuVersion(qemuPath, { signal }) });
  });
  const images = createImageStore({ root: config.dataDir, builder });
  const snapshots = createSnapshotStore({ root: config.dataDir });
  const forking = new ForksUnderWay();
  const registry: SandboxRegistry = new SandboxRegistry(
    config.maxSandboxes,
    (err) => log.error({ err }, "sandbox.removal_failed"),
    ({ record }) => snapshots.release(record.snapshotId, () => listInUse({ registry, forking })),
  );
  return {
    config,
    log,
    engine,
    chooseAccelerator: choose,
    connector: createGuestConnector(),
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
    logs: machineLogs,
    registry,
    slots: new Semaphore(config.parallelism),
    branchSlots: new BranchSlots(config.branchConcurrency),
    lent: new LentSnapshots((err) => log.error({ err }, "lent_snapshot.failed")),
    forking,
    jobs: new JobRegistry(),
    writing: new Map(),
    stop,
  };
}

const machineLogs: MachineLogs = {
  tail: (directory, source, lines) =>
    readTail(
      join(directory, source === "console" ? MACHINE_FILES.console : MACHINE_FILES.vmmLog),
      lines,
      16_384,
    ),
};

/** The choice is made once; a host that lacks something is asked again. */
function createChooser(
  { cacheDir }: DaemonConfig,
  guestBoot: Services["guestBoot"],
): (signal: AbortSignal) => Promise<AcceleratorChoice> {
  let choice: Promise<AcceleratorChoice> | undefined;
  const choose = async (signal: AbortSignal): Promise<AcceleratorChoice> => {
    const boot = (): Promise<GuestBoot> => guestBoot.provide({ signal, onProgress: () => {} });
    return chooseAccelerator({ cacheDir, qemuPath: await resolveQemu(), boot, signal });
  };
  return (signal) => {
    choice ??= choose(signal).catch((error: unknown) => {
      choice = undefined;
      throw error;
    });
    return choice;
  };
}
