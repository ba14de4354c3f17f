import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { createParent, ensureImage } from "../harness/parent.ts";
import { TEST_CACHE_DIR, TestDaemon } from "../harness/test-daemon.ts";
import { bootEmulatedHost } from "./emulated-host.ts";
import type { EmulatedHostPorts } from "./emulated-test-host.ts";
import { openEmulatedHost } from "./emulated-test-host.ts";
import { makeHostDisk } from "./host-disk.ts";
import { ensureHostImage } from "./host-image.ts";

const DIRECTORY = join(TEST_CACHE_DIR, "kvm-host");
/** What the last emulated host printed. */
const CONSOLE = join(DIRECTORY, "console.log");

/** Once: an emulated host whose KVM works, with a daemon and a parent made by the code under test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack();
  await mkdir(DIRECTORY, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(join(DIRECTORY, "run-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const image = await buildImages(directory);
  const diskPath = await makeHostDisk(directory);
  const { ports } = stack.use(await bootEmulatedHost({ image, diskPath, consolePath: CONSOLE }));
  await prepareHost(ports);
  process.env["FORKD_TEST_ACCELERATOR"] = "kvm";
  process.env["FORKD_TEST_HOST"] = JSON.stringify(ports);
  const resources = stack.move();
  return async () => {
    if (project.vitest.state.getCountOfFailedTests() > 0)
      project.vitest.logger.error(`the emulated host's console: ${CONSOLE}`);
    await resources.disposeAsync();
  };
}

async function buildImages(directory: string) {
  await using daemon = await TestDaemon.start();
  await ensureImage(daemon.forkd);
  // Whoever asks for them has the native programs built.
  await daemon.forkd.capabilities();
  return await ensureHostImage(daemon.forkd, directory);
}

async function prepareHost(ports: EmulatedHostPorts): Promise<void> {
  await using daemon = await TestDaemon.start({}, openEmulatedHost(ports));
  const { accelerator, acceleratorReason } = await daemon.forkd.capabilities();
  if (accelerator !== "kvm") throw new Error(`no KVM on the emulated host: ${acceleratorReason}`);
  await createParent(daemon.forkd);
}
