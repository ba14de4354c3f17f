import { fileURLToPath } from "node:url";
import type { Engine } from "@forkd/core";
import { createQemuEngine } from "@forkd/engine-qemu";
import { disableTransparentHugePages, ensureZygoteLibrary, readQemuVersion } from "@forkd/host";
import type { Logger } from "pino";
import { createLazyEngine } from "./lazy-engine.ts";
import type { AcceleratorChoice } from "./lazy-engine.ts";

const ZYGOTE_SOURCE_DIR = fileURLToPath(new URL("../../../engine-qemu/zygote", import.meta.url));

export interface EngineParts {
  readonly cacheDir: string;
  readonly choose: (signal: AbortSignal) => Promise<AcceleratorChoice>;
  readonly log: Logger;
}

/** QEMU as this host can run it. What only emulation needs is left out of one with hardware virtualisation. */
export function composeEngine({ cacheDir, choose, log }: EngineParts): Engine {
  return createLazyEngine(async (signal) => {
    const { qemuPath, accelerator } = await choose(signal);
    const version = await readQemuVersion(qemuPath, { signal });
    if (accelerator === "kvm") return createQemuEngine({ qemuPath, accelerator, version });
    if (!disableTransparentHugePages()) log.warn("host.huge_pages_stay");
    const zygoteLibrary = await findZygoteLibrary(cacheDir, log, signal);
    return createQemuEngine({ qemuPath, accelerator, version, ...(zygoteLibrary && { zygoteLibrary }) });
  });
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
