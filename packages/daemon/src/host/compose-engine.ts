import { fileURLToPath } from "node:url";
import type { CallOptions, GuestBootProvider } from "@forkd/core";
import { createQemuEngine, LAUNCHED_FILES } from "@forkd/engine-qemu";
import type { QemuEngine } from "@forkd/engine-qemu";
import { ensureZygoteLibrary, prepareLauncher, readQemuVersion } from "@forkd/host";
import type { AcceleratorChoice, PreparedLauncher, Probe } from "@forkd/host";
import type { Logger } from "pino";

const LAUNCHER_SOURCE_DIR = fileURLToPath(new URL("../../../engine-qemu/launcher", import.meta.url));
const ZYGOTE_SOURCE_DIR = fileURLToPath(new URL("../../../engine-qemu/zygote", import.meta.url));

export interface EngineParts {
  readonly cacheDir: string;
  readonly uidBase: number;
  readonly log: Logger;
}

type EngineKind = Pick<AcceleratorChoice, "qemuPath" | "accelerator">;

/** QEMU as this host can run it. What only emulation needs is left out of one with hardware virtualisation. */
export async function composeEngine(
  { qemuPath, accelerator }: EngineKind,
  { cacheDir, uidBase, log }: EngineParts,
  { signal }: CallOptions,
): Promise<QemuEngine> {
  const version = await readQemuVersion(qemuPath, { signal });
  const launcher = await findLauncher({ qemuPath, accelerator }, { cacheDir, uidBase, log }, { signal });
  log.info({ confinement: launcher.confinement, why: launcher.why }, "host.confinement");
  const qemu = { qemuPath, accelerator, version, launcher };
  if (accelerator === "kvm") return createQemuEngine(qemu);
  const zygoteLibrary = await findZygoteLibrary(cacheDir, log, signal);
  return createQemuEngine({ ...qemu, ...(zygoteLibrary && { zygoteLibrary }) });
}

/** What starts a machine of this kind, as far confined as this host allows. */
export function findLauncher(
  { qemuPath, accelerator }: EngineKind,
  { cacheDir, uidBase }: EngineParts,
  { signal }: CallOptions,
): Promise<PreparedLauncher> {
  const options = { signal, onProgress: () => {} };
  const sourceDir = LAUNCHER_SOURCE_DIR;
  return prepareLauncher(
    { cacheDir, sourceDir, files: LAUNCHED_FILES, qemuPath, accelerator, uidBase },
    options,
  );
}

/** A guest that is started as every machine of such an engine is. */
export async function prepareProbe(
  kind: EngineKind,
  { guestBoot, ...parts }: EngineParts & { readonly guestBoot: GuestBootProvider },
  options: CallOptions,
): Promise<Probe> {
  const [engine, guest] = await Promise.all([
    composeEngine(kind, parts, options),
    guestBoot.provide({ ...options, onProgress: () => {} }),
  ]);
  const description = [
    await engine.describeProbe(guest, options),
    guest.kernelSha256,
    guest.initramfsSha256,
  ].join();
  return { description, run: (options) => engine.probe(guest, options) };
}

/** Without it children are restored one by one, which is slower and no less right. */
async function findZygoteLibrary(
  cacheDir: string,
  log: Logger,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await ensureZygoteLibrary(cacheDir, ZYGOTE_SOURCE_DIR, { signal, onProgress: () => {} });
  } catch (err) {
    log.warn({ err }, "zygote.library_missing");
    return undefined;
  }
}
