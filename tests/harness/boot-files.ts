import { composeServices, readConfig } from "@forkd/daemon";
import type { GuestBoot, StoredImage } from "@forkd/core";
import { resolveQemu } from "@forkd/host";
import { pino } from "pino";
import { TEST_CACHE_DIR, TEST_DATA_DIR } from "./test-daemon.ts";

/** The agent is built anew where its sources have changed. */
const TIMEOUT_MS = 600_000;

export interface BootFiles {
  readonly boot: GuestBoot;
  readonly image: StoredImage;
  readonly qemuPath: string;
  readonly qemuVersion: string;
  /** The first of the users that machines run as. */
  readonly uidBase: number;
}

/** What tests boot, and by which QEMU: a kernel with its initramfs, and an image of this name, which must have been built. */
export async function findBootFiles(imageName: string): Promise<BootFiles> {
  const config = readConfig({
    ...process.env,
    FORKD_DATA_DIR: TEST_DATA_DIR,
    FORKD_CACHE_DIR: TEST_CACHE_DIR,
  });
  const { engine, guestBoot, images } = await composeServices({ config, log: pino({ level: "silent" }) });
  const options = { signal: AbortSignal.timeout(TIMEOUT_MS), onProgress: () => {} };
  const [boot, image, { version }] = await Promise.all([
    guestBoot.provide(options),
    images.open(imageName, options),
    engine.identify(options),
  ]);
  return { boot, image, qemuPath: await resolveQemu(), qemuVersion: version, uidBase: config.uidBase };
}
