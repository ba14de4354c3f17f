import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { TestProject } from "vitest/node";
import { endEarlierRuns } from "../harness/earlier-runs.ts";
import { createParent, ensureImage } from "../harness/parent.ts";
import { buildPrograms } from "../harness/programs.ts";
import { TEST_CACHE_DIR, TestDaemon } from "../harness/test-daemon.ts";
import { bootEmulatedHost } from "./emulated-host.ts";
import type { EmulatedHost } from "./emulated-host.ts";
import type { EmulatedHostPorts } from "./emulated-test-host.ts";
import { openEmulatedHost } from "./emulated-test-host.ts";
import { makeHostDisk } from "./host-disk.ts";
import { ensureHostImage } from "./host-image.ts";

const DIRECTORY = join(TEST_CACHE_DIR, "kvm-host");
/** What the last emulated host printed. */
const CONSOLE = join(DIRECTORY, "console.log");
/** From its boot to a parent: three times what that takes. */
const PREPARE_LIMIT_MS = 420_000;

/**
 * Once: an emulated host whose KVM works, with a daemon and a parent made by the code under test. Where this host has
 * such a KVM, it is the one.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  process.env["FORKD_TEST_ACCELERATOR"] = "kvm";
  await endEarlierRuns();
  await buildPrograms();
  if (await isHere()) return undefined;
  await using stack = new AsyncDisposableStack();
  await mkdir(DIRECTORY, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(join(DIRECTORY, "run-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const image = await buildImages(directory);
  const diskPath = await makeHostDisk(directory);
  const host = stack.use(await bootEmulatedHost({ image, diskPath, consolePath: CONSOLE }));
  // Also when nothing comes of the setup.
  stack.defer(() => tellBreakdown(project, host));
  await Promise.race([prepareHost(host.ports), failLater()]);
  process.env["FORKD_TEST_HOST"] = JSON.stringify(host.ports);
  const resources = stack.move();
  return async () => {
    if (project.vitest.state.getCountOfFailedTests() > 0)
      project.vitest.logger.error(`the emulated host's console: ${CONSOLE}`);
    await resources.disposeAsync();
  };
}

/** A host that stands still answers nothing, and ends no connection either. */
async function failLater(): Promise<never> {
  await delay(PREPARE_LIMIT_MS, undefined, { ref: false });
  throw new Error(`the emulated host had no parent after ${PREPARE_LIMIT_MS / 1000} s`);
}

async function isHere(): Promise<boolean> {
  await using daemon = await TestDaemon.start();
  if ((await daemon.forkd.capabilities()).accelerator !== "kvm") return false;
  await ensureImage(daemon.forkd);
  await createParent(daemon.forkd);
  return true;
}

/** Whoever runs the tests may run them again then. */
async function tellBreakdown(project: TestProject, host: EmulatedHost): Promise<void> {
  const why = host.findBreakdown();
  if (why === undefined) return;
  project.vitest.logger.error(`the emulated host broke down: ${why}; its console: ${CONSOLE}`);
  const path = process.env["FORKD_TEST_BREAKDOWN"];
  if (path !== undefined) await writeFile(path, `the emulated host broke down: ${why}`);
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
