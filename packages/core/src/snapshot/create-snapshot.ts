import { setTimeout as delay } from "node:timers/promises";
import { ForkdError, toForkdError } from "@forkd/contract";
import type { SnapshotRequest } from "@forkd/contract";
import { withTimeout } from "../concurrency/abort.ts";
import { createMachineId } from "../fork/child-identity.ts";
import { STANDARD_DEVICES } from "../ports/devices.ts";
import type { Engine, Machine } from "../ports/engine.ts";
import type { GuestAgent, GuestConnector } from "../ports/guest.ts";
import type { MachineLogs } from "../ports/machines.ts";
import type { ProgressOptions } from "../ports/options.ts";
import type { GuestBoot, GuestBootProvider, ImageStore, StoredImage } from "../ports/images.ts";
import type {
  SnapshotDescription,
  SnapshotDraft,
  SnapshotStore,
  SnapshotSummary,
} from "../ports/snapshots.ts";
import { warmUp } from "./warm-up.ts";

export interface SnapshotPorts {
  readonly engine: Engine;
  readonly connector: GuestConnector;
  readonly images: ImageStore;
  readonly guestBoot: GuestBootProvider;
  readonly snapshots: SnapshotStore;
  readonly logs: MachineLogs;
}

/** How long a failed step waits to learn whether its machine died of the same cause. */
const DEATH_NOTICE_MS = 250;
const CONSOLE_LINES = 15;

interface Parts {
  readonly image: StoredImage;
  readonly boot: GuestBoot;
  readonly draft: SnapshotDraft;
}

/**
 * Boots a parent machine, warms it up, freezes it, and stores it under the request's tag. The parent ends with
 * it. Whatever fails, nothing is left behind.
 */
export async function createSnapshot(
  ports: SnapshotPorts,
  request: SnapshotRequest,
  options: ProgressOptions,
): Promise<SnapshotSummary> {
  const startedAt = performance.now();
  const size = { memoryMib: request.memory_mib, vcpus: request.vcpus };
  await using draft = await ports.snapshots.begin(request.tag, size);
  options.onProgress({ step: "prepare", message: `opening image ${request.image} and the guest kernel` });
  using held = await ports.images.hold(request.image, `snapshot ${request.tag}`, options);
  const [image, boot] = await Promise.all([held.open(options), ports.guestBoot.provide(options)]);
  await freezeParent(ports, request, { image, boot, draft }, options);
  options.onProgress({ step: "store", message: "writing the snapshot" });
  return await draft.commit(
    {
      id: draft.id,
      createdAtUnix: Math.floor(Date.now() / 1000),
      engine: await ports.engine.identify(options),
      ...size,
      devices: STANDARD_DEVICES,
      kernel: {
        version: boot.kernelVersion,
        sha256: boot.kernelSha256,
        initramfsSha256: boot.initramfsSha256,
      },
      agentVersion: boot.agentVersion,
      image: { id: image.id, sizeBytes: image.sizeBytes },
      memory: { kind: "full" },
      parentId: null,
      lineage: null,
      recipe: describeRecipe(request),
      buildMs: Math.round(performance.now() - startedAt),
    },
    options,
  );
}

function describeRecipe({ warm, ready, env, rehearse }: SnapshotRequest): SnapshotDescription["recipe"] {
  const rehearsesMore = rehearse.commands.length + rehearse.ports.length > 0;
  return { warm, ready, env, ...(rehearsesMore && { rehearse }) };
}

/** Leaves the parent's memory, device state and overlay in the draft's files, and no machine. */
async function freezeParent(
  ports: SnapshotPorts,
  request: SnapshotRequest,
  { image, boot, draft }: Parts,
  options: ProgressOptions,
): Promise<void> {
  const signal = withTimeout(options.signal, request.timeout_secs * 1000);
  const timed = { ...options, signal };
  options.onProgress({
    step: "boot",
    message: `booting with ${request.memory_mib} MiB and ${request.vcpus} vCPUs`,
  });
  await using machine = await ports.engine.boot(
    {
      name: request.tag,
      directory: draft.machineDirectory,
      memoryPath: draft.memoryPath,
      memoryMib: request.memory_mib,
      vcpus: request.vcpus,
      disk: { base: image.path, layers: [], sizeBytes: image.sizeBytes },
      devices: STANDARD_DEVICES,
      kernelPath: boot.kernelPath,
      initramfsPath: boot.initramfsPath,
    },
    timed,
  );
  try {
    await using agent = await ports.connector.connect(await machine.openAgentStream(timed), timed);
    await prepareParent(agent, request, timed);
  } catch (cause) {
    if (options.signal.aborted)
      throw new ForkdError("cancelled", { stage: "making the snapshot" }, { cause });
    throw await explainFailure(ports, machine, request, { directory: draft.machineDirectory, cause, signal });
  }
  options.onProgress({ step: "freeze", message: "freezing the parent" });
  const paused = await machine.pause(timed);
  await paused.saveDeviceState(draft.deviceStatePath, timed);
  await paused.endInto(draft.diskPath);
}

async function prepareParent(
  agent: GuestAgent,
  request: SnapshotRequest,
  options: ProgressOptions,
): Promise<void> {
  await nameParent(agent, request, options);
  const { tag, warm, ready, timeout_secs: timeoutSecs } = request;
  await warmUp(agent, { tag, warm, ready, timeoutSecs }, options);
}

/** The parent keeps the same contract as its children: right clock, fresh randomness, names of its own. */
async function nameParent(
  agent: GuestAgent,
  request: SnapshotRequest,
  options: ProgressOptions,
): Promise<void> {
  await agent.fork(
    {
      sandboxId: `parent-${request.tag}`,
      childIndex: 0,
      hostname: "forkd-parent",
      machineId: createMachineId(),
      env: request.env,
      args: [],
      files: [],
    },
    options,
  );
}

/** A parent that died says why by its console; one that took too long is told by how far it came. */
async function explainFailure(
  { logs }: SnapshotPorts,
  machine: Machine,
  { tag, image, timeout_secs: timeoutSecs }: SnapshotRequest,
  { directory, cause, signal }: { directory: string; cause: unknown; signal: AbortSignal },
): Promise<unknown> {
  const exit = await Promise.race([machine.exited, delay(DEATH_NOTICE_MS, undefined)]);
  const console = await logs.tail(directory, "console", CONSOLE_LINES);
  if (exit?.noSpaceAt !== undefined) {
    const details = { path: exit.noSpaceAt, doing: `the memory of the parent of ${tag}` };
    return new ForkdError("disk_full", details, { cause });
  }
  if (exit) return new ForkdError("parent_died", { tag, why: exit.why, console }, { cause });
  const { code } = toForkdError(cause);
  if (code === "agent_unreachable" || code === "agent_timeout") {
    const why = `its agent did not answer within ${timeoutSecs} s`;
    return new ForkdError("boot_failed", { image, why, console }, { cause });
  }
  if (signal.aborted && code !== "never_ready") {
    return new ForkdError("warm_up_timeout", { tag, timeoutSecs }, { cause });
  }
  return cause;
}
