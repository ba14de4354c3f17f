import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdir, mkdtempDisposable, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { STANDARD_DEVICES } from "@forkd/core";
import { ask, soon } from "@forkd/core/testing/rig";
import type { FrozenMachine } from "@forkd/core/testing/rig";
import type {
  CaptureSpec,
  CopySpec,
  Engine,
  GuestAgent,
  Machine,
  MachineRecord,
  MachineSpec,
  RestoreSpec,
} from "@forkd/core";
import { createGuestConnector } from "@forkd/guest-client";
import { noteDirectory } from "../../../tests/harness/what-is-left.ts";
import { createQemuEngine } from "../src/index.ts";
import type { Launcher } from "../src/index.ts";

export { soon };

/** What the tests boot; the test runner says where it is. */
export interface GuestFiles {
  readonly kernelPath: string;
  readonly initramfsPath: string;
  readonly imagePath: string;
}

/** Reads the paths from the environment; throws when one is missing. */
export function readGuestFiles(): GuestFiles {
  return {
    kernelPath: required("FORKD_TEST_KERNEL"),
    initramfsPath: required("FORKD_TEST_INITRAMFS"),
    imagePath: required("FORKD_TEST_IMAGE"),
  };
}

/** Reads a setting from the environment; throws when it is missing. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set: the test runner does that`);
  return value;
}

const FIRST_UID = 0x7000_0000;
export const MEMORY_MIB = 256;

export function createEngine(
  zygoteLibrary = required("FORKD_TEST_ZYGOTE"),
  launcher: Partial<Launcher> = {},
): Engine {
  return createQemuEngine({
    qemuPath: "qemu-system-x86_64",
    version: required("FORKD_TEST_QEMU_VERSION"),
    accelerator: "tcg",
    zygoteLibrary,
    launcher: { ...readLauncher(), ...launcher },
  });
}

/** As the tests' daemon starts QEMU on this host. */
export function readLauncher(): Launcher {
  const launcher = JSON.parse(required("FORKD_TEST_LAUNCHER")) as Omit<Launcher, "nextUid">;
  return { ...launcher, nextUid: () => randomInt(FIRST_UID, FIRST_UID + 2 ** 22) };
}

/** A directory with a subdirectory for each machine of a test. */
export class Workspace implements AsyncDisposable {
  readonly path: string;
  readonly #remove: () => Promise<void>;

  private constructor(path: string, remove: () => Promise<void>) {
    this.path = path;
    this.#remove = remove;
  }

  static async create(parent = tmpdir()): Promise<Workspace> {
    const directory = await mkdtempDisposable(join(parent, "forkd-engine-"));
    noteDirectory(directory.path);
    return new Workspace(directory.path, () => directory.remove());
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async makeDirectory(name: string): Promise<string> {
    await mkdir(this.file(name), { mode: 0o700 });
    return this.file(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#remove();
  }
}

/** A machine's specification but for its directory and layers. */
export async function describeMachine(
  workspace: Workspace,
  name: string,
  layers: readonly string[] = [],
  vcpus = 1,
): Promise<MachineSpec> {
  const { size } = await stat(readGuestFiles().imagePath);
  return {
    name,
    directory: await workspace.makeDirectory(name),
    memoryPath: workspace.file("memory"),
    memoryMib: MEMORY_MIB,
    vcpus,
    disk: { base: readGuestFiles().imagePath, layers, sizeBytes: size },
    devices: STANDARD_DEVICES,
  };
}

/** Boots a machine and waits until its agent answers. One that does not is ended. */
export async function bootUntilReady(engine: Engine, workspace: Workspace, vcpus = 1): Promise<Machine> {
  const { kernelPath, initramfsPath } = readGuestFiles();
  const spec = await describeMachine(workspace, "parent", [], vcpus);
  await using stack = new AsyncDisposableStack();
  const machine = stack.use(await engine.boot({ ...spec, kernelPath, initramfsPath }, soon()));
  await using agent = await connectAgent(machine);
  await agent.ping(soon());
  stack.move();
  return machine;
}

export async function connectAgent(machine: Machine): Promise<GuestAgent> {
  return createGuestConnector().connect(await machine.openAgentStream(soon()), soon());
}

/** What a shell command prints in the guest. */
export function runInGuest(machine: Machine, script: string): Promise<string> {
  return ask({ connector: createGuestConnector() }, machine, script);
}

/** Freezes a machine: device state, its overlay as a layer, and its end. */
export async function freeze(machine: Machine, workspace: Workspace): Promise<FrozenMachine> {
  const frozen = frozenIn(workspace.path);
  const paused = await machine.pause(soon());
  await paused.saveDeviceState(frozen.deviceStatePath, soon());
  await paused.endInto(frozen.layers[0]);
  return frozen;
}

/** The machine that was frozen in a workspace, wherever that lies now. */
export function frozenIn(directory: string): FrozenMachine & { readonly layers: readonly [string] } {
  const memoryPath = join(directory, "memory");
  const deviceStatePath = join(directory, "device-state");
  return { memoryPath, deviceStatePath, layers: [join(directory, "layer.qcow2")] };
}

/** Restores a machine in a Node process that dies in the middle of its capture, at an event of QEMU. */
export async function captureInAnotherProcess(
  spec: RestoreSpec,
  capture: CaptureSpec,
  moment: string,
): Promise<MachineRecord> {
  const script = fileURLToPath(new URL("capture-and-die.ts", import.meta.url));
  const argument = JSON.stringify([spec, capture, moment]);
  const outcome = promisify(execFile)(process.execPath, [script, argument]);
  const { stdout } = await outcome.catch((error: unknown) => error as { stdout: string });
  return JSON.parse(stdout) as MachineRecord;
}

/** Makes a zygote and a copy of it in a Node process that is killed then. */
export async function forkInAnotherProcess(
  spec: RestoreSpec,
  copy: CopySpec,
): Promise<{ record: MachineRecord; zygotePid: number }> {
  const script = fileURLToPath(new URL("fork-and-leave.ts", import.meta.url));
  const outcome = promisify(execFile)(process.execPath, [script, JSON.stringify([spec, copy])]);
  const { stdout } = await outcome.catch((error: unknown) => error as { stdout: string });
  return JSON.parse(stdout) as { record: MachineRecord; zygotePid: number };
}

/** Restores a machine in a Node process that ends at once, as a daemon that crashes does. */
export async function restoreInAnotherProcess(spec: RestoreSpec): Promise<MachineRecord> {
  const script = fileURLToPath(new URL("restore-and-leave.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(spec)]);
  return JSON.parse(stdout) as MachineRecord;
}
