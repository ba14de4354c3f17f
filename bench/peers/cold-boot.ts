import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sample, summarize } from "@forkd/cli";
import type { Summary } from "@forkd/cli";
import { STANDARD_DEVICES } from "@forkd/core";
import type { Engine, GuestBoot } from "@forkd/core";
import { createGuestConnector } from "@forkd/guest-client";

export interface ColdBoot {
  readonly engine: Engine;
  readonly boot: GuestBoot;
  readonly image: { readonly path: string; readonly sizeBytes: number };
  readonly memoryMib: number;
}

/** A boot of the same image in the same VMM until numpy has answered; in ms. What a fork spares. */
export async function measureColdBoot(target: ColdBoot, runs: number): Promise<Summary> {
  return summarize(await sample(runs, () => bootOnce(target)));
}

async function bootOnce({ engine, boot, image, memoryMib }: ColdBoot): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "forkd-cold-"));
  const options = { signal: AbortSignal.timeout(120_000) };
  try {
    await using machine = await engine.boot(
      {
        name: "cold-boot",
        directory,
        memoryPath: join(directory, "memory"),
        memoryMib,
        vcpus: 1,
        disk: { base: image.path, layers: [], sizeBytes: image.sizeBytes },
        devices: STANDARD_DEVICES,
        kernelPath: boot.kernelPath,
        initramfsPath: boot.initramfsPath,
      },
      options,
    );
    await using agent = await createGuestConnector().connect(await machine.openAgentStream(options), options);
    const code = "import numpy as np; np.__name__";
    const reply = await agent.evaluate(
      { language: "python", code, mode: "auto", timeoutMs: 60_000 },
      options,
    );
    if (reply.result_json !== '"numpy"')
      throw new Error(`the machine answered ${reply.error ?? reply.result_json}`);
  } finally {
    await rm(directory, { recursive: true });
  }
}
