import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LAUNCHED_FILES } from "@forkd/engine-qemu";
import { ensureZygoteLibrary, prepareLauncher } from "@forkd/host";
import type { Forkd } from "@forkd/sdk";
import { findBootFiles } from "./boot-files.ts";
import type { BootFiles } from "./boot-files.ts";
import { copyImage } from "./copy-image.ts";
import { endEarlierRuns } from "./earlier-runs.ts";
import { keepDaemons } from "./kept-daemon.ts";
import { LANES } from "./lanes.ts";
import { IMAGE, createParent, ensureImage } from "./parent.ts";
import { buildPrograms } from "./programs.ts";
import { TEST_CACHE_DIR, TEST_DATA_DIR, TestDaemon, dataDirOf } from "./test-daemon.ts";

const LAUNCHER_SOURCE_DIR = fileURLToPath(new URL("../../packages/engine-qemu/launcher", import.meta.url));
const ZYGOTE_SOURCE_DIR = fileURLToPath(new URL("../../packages/engine-qemu/zygote", import.meta.url));

/** Once, before all tests that boot machines. */
export default async function setup(): Promise<() => Promise<void>> {
  await prepareLanes();
  return keepDaemons();
}

/** For each lane the image, and a parent made by the code under test. */
export async function prepareLanes(): Promise<void> {
  const files = await prepareTests(ensureImage);
  const lanes = Array.from({ length: LANES }, (_, index) => index + 1);
  await Promise.all(lanes.map((lane) => prepareLane(lane, files.image.path)));
}

/** What all tests that boot machines need, which come from here or there. */
export async function prepareTests(provide: (forkd: Forkd) => Promise<void>): Promise<BootFiles> {
  await endEarlierRuns();
  await buildPrograms();
  {
    await using daemon = await TestDaemon.start();
    await provide(daemon.forkd);
    process.env["FORKD_TEST_ACCELERATOR"] = (await daemon.forkd.capabilities()).accelerator;
  }
  const files = await findBootFiles(IMAGE);
  await nameBootFiles(files);
  process.env["FORKD_TEST_FROZEN"] = await clearFrozen();
  return files;
}

/** Where tests of the engine share what was frozen, which is to be of the code under test. */
async function clearFrozen(): Promise<string> {
  const directory = join(TEST_CACHE_DIR, "test-frozen");
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return directory;
}

async function prepareLane(lane: number, imagePath: string): Promise<void> {
  const dataDir = dataDirOf(lane);
  if (dataDir !== TEST_DATA_DIR) await copyImage(imagePath, TEST_DATA_DIR, dataDir);
  await using daemon = await TestDaemon.start({ dataDir });
  await createParent(daemon.forkd);
}

/** Tests of the engine boot the same image with the same QEMU without a daemon; they find both by their environment. */
async function nameBootFiles({ boot, image, qemuPath, qemuVersion, uidBase }: BootFiles): Promise<void> {
  const options = { signal: AbortSignal.timeout(60_000), onProgress: () => {} };
  process.env["FORKD_TEST_KERNEL"] = boot.kernelPath;
  process.env["FORKD_TEST_INITRAMFS"] = boot.initramfsPath;
  process.env["FORKD_TEST_IMAGE"] = image.path;
  process.env["FORKD_TEST_QEMU_VERSION"] = qemuVersion;
  process.env["FORKD_TEST_ZYGOTE"] = await ensureZygoteLibrary(TEST_CACHE_DIR, ZYGOTE_SOURCE_DIR, options);
  const sourceDir = LAUNCHER_SOURCE_DIR;
  const qemu = { files: LAUNCHED_FILES, qemuPath, accelerator: "tcg" } as const;
  const launcher = await prepareLauncher({ cacheDir: TEST_CACHE_DIR, sourceDir, uidBase, ...qemu }, options);
  process.env["FORKD_TEST_LAUNCHER"] = JSON.stringify(launcher);
}
