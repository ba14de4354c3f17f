import { copyFile, mkdtempDisposable, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { FrozenMachine } from "@forkd/core/testing/rig";
import type { CaptureMode, CaptureSpec, GuestAgent, Machine, RestoreSpec } from "@forkd/core";
import type { QemuMachine } from "../src/machine.ts";
import { PATIENCE } from "../../../tests/harness/patience.ts";
import { createEngine, describeMachine, MEMORY_MIB, soon, Workspace } from "./fixture.ts";
import { provideFrozenParent } from "./frozen-parent.ts";

/** A copy of a snapshot whose memory is on a tmpfs, so that its children can be captured live. */
async function placeOnTmpfs(snapshot: FrozenMachine): Promise<FrozenMachine & AsyncDisposable> {
  const directory = await mkdtempDisposable("/dev/shm/forkd-engine-");
  const memoryPath = `${directory.path}/memory`;
  await copyFile(snapshot.memoryPath, memoryPath);
  return { ...snapshot, memoryPath, [Symbol.asyncDispose]: () => directory.remove() };
}

let files = 0;

/** A machine that runs from a snapshot on a tmpfs, and others of the same snapshot. Disposal ends all. */
export class CaptureScene implements AsyncDisposable {
  readonly engine = createEngine();
  readonly workspace: Workspace;
  /** The snapshot on a disk, and on a tmpfs. */
  readonly onDisk: FrozenMachine;
  readonly base: FrozenMachine;
  readonly #stack: AsyncDisposableStack;
  readonly #machines: Machine[] = [];

  private constructor(
    workspace: Workspace,
    onDisk: FrozenMachine,
    base: FrozenMachine,
    stack: AsyncDisposableStack,
  ) {
    this.workspace = workspace;
    this.onDisk = onDisk;
    this.base = base;
    this.#stack = stack;
  }

  static async create({ vcpus = 1 } = {}): Promise<CaptureScene> {
    await using stack = new AsyncDisposableStack();
    const workspace = stack.use(await Workspace.create());
    const onDisk = await provideFrozenParent(vcpus);
    const base = stack.use(await placeOnTmpfs(onDisk));
    return new CaptureScene(workspace, onDisk, base, stack.move());
  }

  /** New files for a capture. */
  spec(mode: CaptureMode, directory = this.workspace.path): CaptureSpec {
    const prefix = `${directory}/capture${files++}`;
    return {
      mode,
      memoryPath: `${prefix}.memory`,
      deviceStatePath: `${prefix}.state`,
      diskPath: `${prefix}.qcow2`,
      memoryMib: MEMORY_MIB,
    };
  }

  async describe(snapshot: FrozenMachine): Promise<RestoreSpec> {
    const { memoryPath, deviceStatePath, layers } = snapshot;
    const spec = await describeMachine(this.workspace, `machine${files++}`, layers);
    return { ...spec, memoryPath, deviceStatePath };
  }

  async restore(snapshot: FrozenMachine = this.base): Promise<QemuMachine> {
    const machine = await this.engine.restore(await this.describe(snapshot), soon());
    this.#machines.push(machine);
    return machine as QemuMachine;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#machines.map((machine) => machine.kill()));
    await this.#stack[Symbol.asyncDispose]();
  }
}

/** What a shell command prints in a guest whose connection is kept. */
export async function shell(agent: GuestAgent, script: string, options = soon()): Promise<string> {
  const chunks: Buffer[] = [];
  const args = ["sh", "-c", script];
  const command = { args, env: {}, stdin: "none", pty: null, timeoutMs: 0, detach: false } as const;
  for await (const event of agent.exec(command, options)) {
    if (event.type === "stdout" || event.type === "stderr") chunks.push(event.data);
  }
  return Buffer.concat(chunks).toString().trim();
}

/** Starts the program that keeps an invariant, and waits until it does. */
export async function startInvariant(agent: GuestAgent, uses: "disk" | "memory"): Promise<void> {
  const program = await readFile(new URL("invariant.py", import.meta.url), "base64");
  await shell(agent, `echo ${program} | base64 -d >/run/invariant.py`);
  await shell(agent, "echo 0 0 >/run/invariant");
  await shell(agent, `setsid python3 /run/invariant.py ${uses} </dev/null >/run/invariant.log 2>&1 &`);
  await watchInvariant(agent);
}

/** Lets the program do some rounds, and gives how often it found its invariant broken. */
export async function watchInvariant(agent: GuestAgent): Promise<number> {
  const before = await readStatus(agent);
  const deadline = performance.now() + PATIENCE.timeout;
  while (performance.now() < deadline) {
    const now = await readStatus(agent);
    if (now.round >= before.round + 3) return now.broken;
    await delay(20);
  }
  throw new Error(`no further round than ${before.round}: ${await shell(agent, "cat /run/invariant.log")}`);
}

async function readStatus(agent: GuestAgent): Promise<{ round: number; broken: number }> {
  const chunks = await (await agent.files.read({ path: "/run/invariant" }, soon())).toArray();
  const [round = "0", broken = "0"] = Buffer.concat(chunks).toString().trim().split(/ +/);
  return { round: Number(round), broken: Number(broken) };
}
