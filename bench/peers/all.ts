import { composeServices, readConfig } from "@forkd/daemon";
import type { SnapshotInfo } from "@forkd/sdk";
import { pino } from "pino";
import type { Results } from "../results.ts";
import { measureColdBoot } from "./cold-boot.ts";
import { measureColdContainer } from "./cold-container.ts";
import { measureColdProcess } from "./cold-process.ts";
import { unpackImage } from "./root-tree.ts";

type Runs = (full: number) => number;

/** What else gives an answer of numpy from the same image, on the same machine, in the same minutes. */
export async function measurePeers(parent: SnapshotInfo, runs: Runs): Promise<Results["peers"]> {
  const config = readConfig();
  const { engine, guestBoot, images } = await composeServices({ config, log: pino({ level: "silent" }) });
  const options = { signal: AbortSignal.timeout(600_000), onProgress: () => {} };
  const image = await images.open(parent.imageId ?? "", options);
  const boot = await guestBoot.provide(options);
  const root = await unpackImage(image.path, image.id, config.cacheDir);
  return {
    coldBoot: await measureColdBoot({ engine, boot, image, memoryMib: parent.memoryMib }, runs(10)),
    coldProcess: await asRoot(() => measureColdProcess(root, runs(30))),
    coldContainer: await asRoot(() => measureColdContainer(root, runs(30))),
  };
}

/** chroot(2) and containers with another root need privileges. */
async function asRoot<Result>(measure: () => Promise<Result>): Promise<Result | null> {
  return process.getuid?.() === 0 ? measure() : null;
}
