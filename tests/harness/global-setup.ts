import { fileURLToPath } from "node:url";
import { LAUNCHED_FILES } from "@forkd/engine-qemu";
import { ensureZygoteLibrary, prepareLauncher } from "@forkd/host";
import type { Forkd } from "@forkd/sdk";
import { findBootFiles } from "./boot-files.ts";
import { IMAGE, createParent, ensureImage } from "./parent.ts";
import { TEST_CACHE_DIR, TestDaemon } from "./test-daemon.ts";

const LAUNCHER_SOURCE_DIR = fileURLToPath(new URL("../../packages/engine-qemu/launcher", import.meta.url));
const ZYGOTE_SOURCE_DIR = fileURLToPath(new URL("../../packages/engine-qemu/zygote", import.meta.url));

/** Once, before all tests that boot machines: the image, and a parent made by the code under test. */
export default async function setup(): Promise<void> {
  await prepareTests(async (forkd) => {
    await ensureImage(forkd);
    await createParent(forkd);
  });
}

/** What all tests that boot machines need, with a parent that comes from here or there. */
export async function prepareTests(provideParent: (forkd: Forkd) => Promise<void>): Promise<void> {
  {
    await using daemon = await TestDaemon.start();
    await provideParent(daemon.forkd);
    process.env["FORKD_TEST_ACCELERATOR"] = (await daemon.forkd.capabilities()).accelerator;
  }
  await nameBootFiles();
}

/** Tests of the engine boot the same image with the same QEMU without a daemon; they find both by their environment. */
async function nameBootFiles(): Promise<void> {
  const options = { signal: AbortSignal.timeout(60_000), onProgress: () => {} };
  const { boot, image, qemuPath, qemuVersion, uidBase } = await findBootFiles(IMAGE);
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
