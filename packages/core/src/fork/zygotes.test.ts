import { ForkdError, createSnapshotId } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import { expect, test } from "vitest";
import type { CopySpec, Machine, MachineExit } from "../ports/engine.ts";
import type { MachineSource } from "./machine-source.ts";
import type { ZygotePorts } from "./start-zygote.ts";
import { TestClock } from "../../test/test-clock.ts";
import { Zygotes } from "./zygotes.ts";

const IDLE_MS = 1000;
const RETRY_MS = 60_000;
const { signal } = new AbortController();
const ONE = { signal, children: 1 };
const MANY = { signal, children: 8 };
const CHILD: CopySpec = { name: "child", directory: "/vms/child" };
const COPY = {} as Machine;
const vmmFailed = (): ForkdError => new ForkdError("vmm_failed", { command: "fork", why: "it broke" });

class World {
  readonly clock = new TestClock();
  readonly errors: SnapshotId[] = [];
  /** Of the memory that each maps, in the order in which they were made. */
  readonly raised: string[] = [];
  readonly ended: string[] = [];
  readonly exits = new Map<string, (exit: MachineExit) => void>();
  raise: () => Promise<void> = () => Promise.resolve();
  copy: () => Promise<Machine> = () => Promise.resolve(COPY);
  readonly zygotes: Zygotes;

  constructor(limit = 2) {
    const ports = {
      engine: { openZygote: ({ memoryPath }: { memoryPath: string }) => this.#open(memoryPath) },
      machines: {
        create: () => Promise.resolve({ path: "/zygotes/one", [Symbol.asyncDispose]: async () => {} }),
      },
    } as unknown as ZygotePorts;
    const onError = (_: unknown, id: SnapshotId): void => void this.errors.push(id);
    this.zygotes = new Zygotes(ports, { limit, idleMs: IDLE_MS, onError, onSilent: () => {} }, this.clock);
  }

  async #open(memoryPath: string) {
    this.raised.push(memoryPath);
    await this.raise();
    const exit = Promise.withResolvers<MachineExit>();
    this.exits.set(memoryPath, exit.resolve);
    const end = (): Promise<void> => Promise.resolve(void this.ended.push(memoryPath));
    return { pid: 1, exited: exit.promise, fork: () => this.copy(), [Symbol.asyncDispose]: end };
  }
}

function sourceAt(memoryPath: string): MachineSource {
  const manifest = { id: createSnapshotId(), memoryMib: 256, vcpus: 1, image: { sizeBytes: 1 } };
  const snapshot = { memoryPath, deviceStatePath: "", diskPaths: [], manifest };
  return { snapshot, imagePath: "" } as unknown as MachineSource;
}

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test("is made where enough children are wanted, and then copied for each", async () => {
  const { zygotes, raised } = new World();
  const source = sourceAt("a");
  expect(await zygotes.copy(source, CHILD, ONE)).toBeUndefined();
  expect(raised).toEqual([]);
  expect(await zygotes.copy(source, CHILD, MANY)).toBe(COPY);
  expect(await zygotes.copy(source, CHILD, ONE)).toBe(COPY);
  expect(raised).toEqual(["a"]);
});

test("ends once nobody has forked from it for a while, counted from the last fork", async () => {
  const { zygotes, clock, ended } = new World();
  const source = sourceAt("a");
  await zygotes.copy(source, CHILD, MANY);
  clock.pass(IDLE_MS - 1);
  await zygotes.copy(source, CHILD, ONE);
  clock.pass(IDLE_MS - 1);
  await settle();
  expect(ended).toEqual([]);
  clock.pass(1);
  await settle();
  expect(ended).toEqual(["a"]);
  expect(await zygotes.copy(source, CHILD, ONE)).toBeUndefined();
});

test("does not end while a copy of it is made, however long that takes", async () => {
  const world = new World();
  const source = sourceAt("a");
  await world.zygotes.copy(source, CHILD, MANY);
  const made = Promise.withResolvers<Machine>();
  world.copy = () => made.promise;
  const copy = world.zygotes.copy(source, CHILD, ONE);
  world.clock.pass(10 * IDLE_MS);
  made.resolve(COPY);
  expect(await copy).toBe(COPY);
  expect(world.ended).toEqual([]);
});

test("is tried again only after a while, where it could not be made", async () => {
  const world = new World();
  const source = sourceAt("a");
  world.raise = () => Promise.reject(vmmFailed());
  expect(await world.zygotes.copy(source, CHILD, MANY)).toBeUndefined();
  expect(world.errors).toEqual([source.snapshot.manifest.id]);
  world.raise = () => Promise.resolve();
  world.clock.pass(RETRY_MS - 1);
  expect(await world.zygotes.copy(source, CHILD, MANY)).toBeUndefined();
  expect(world.raised).toEqual(["a"]);
  world.clock.pass(1);
  expect(await world.zygotes.copy(source, CHILD, MANY)).toBe(COPY);
  expect(world.raised).toEqual(["a", "a"]);
});

test("is tried again only after a while, where it lives and cannot be copied", async () => {
  const world = new World();
  const source = sourceAt("a");
  world.copy = () => Promise.reject(vmmFailed());
  expect(await world.zygotes.copy(source, CHILD, MANY)).toBeUndefined();
  expect(await world.zygotes.copy(source, CHILD, MANY)).toBeUndefined();
  expect([world.raised, world.ended]).toEqual([["a"], ["a"]]);
  world.copy = () => Promise.resolve(COPY);
  world.clock.pass(RETRY_MS);
  expect(await world.zygotes.copy(source, CHILD, MANY)).toBe(COPY);
});

test("is made again by the next fork, where it has died", async () => {
  const world = new World();
  const source = sourceAt("a");
  world.copy = () => {
    world.exits.get("a")?.({ code: null, signal: "SIGKILL", why: "killed", noSpaceAt: undefined });
    return Promise.reject(vmmFailed());
  };
  expect(await world.zygotes.copy(source, CHILD, MANY)).toBeUndefined();
  world.copy = () => Promise.resolve(COPY);
  expect(await world.zygotes.copy(source, CHILD, MANY)).toBe(COPY);
  expect([world.raised, world.errors]).toEqual([["a", "a"], []]);
});

test("hands on what is no failure of the copying", async () => {
  const world = new World();
  world.copy = () => Promise.reject(new ForkdError("cancelled", { stage: "copying" }));
  await expect(world.zygotes.copy(sourceAt("a"), CHILD, MANY)).rejects.toMatchObject({ code: "cancelled" });
  expect(world.ended).toEqual([]);
});

test("is given up for a while with its third silent copy", async () => {
  const { zygotes, clock, ended } = new World();
  const source = sourceAt("a");
  await zygotes.copy(source, CHILD, MANY);
  zygotes.reportSilent(source, new Error("silent"));
  zygotes.reportSilent(source, new Error("silent"));
  expect(await zygotes.copy(source, CHILD, ONE)).toBe(COPY);
  zygotes.reportSilent(source, new Error("silent"));
  await settle();
  expect([ended, zygotes.silentCopies]).toEqual([["a"], 3]);
  expect(await zygotes.copy(source, CHILD, MANY)).toBeUndefined();
  clock.pass(RETRY_MS);
  expect(await zygotes.copy(source, CHILD, MANY)).toBe(COPY);
});

test("makes room by what was used longest ago", async () => {
  const { zygotes, clock, ended } = new World(2);
  const [first, second, third] = [sourceAt("a"), sourceAt("b"), sourceAt("c")];
  for (const source of [first, second, first, third]) {
    clock.pass(1);
    await zygotes.copy(source, CHILD, MANY);
  }
  await settle();
  expect(ended).toEqual(["b"]);
});

test("ends with its snapshot, and all end with the daemon, which makes no more", async () => {
  const { zygotes, ended } = new World();
  const [first, second] = [sourceAt("a"), sourceAt("b")];
  await zygotes.copy(first, CHILD, MANY);
  await zygotes.copy(second, CHILD, MANY);
  await zygotes.retain(new Set([second.snapshot.manifest.id]));
  expect(ended).toEqual(["a"]);
  await zygotes[Symbol.asyncDispose]();
  expect(ended).toEqual(["a", "b"]);
  expect(await zygotes.copy(first, CHILD, MANY)).toBeUndefined();
});

test("is made for each kind of network of its copies", async () => {
  const { zygotes, raised } = new World(4);
  const source = sourceAt("a");
  const modes = [undefined, "none", "netns", "user", "netns"] as const;
  for (const mode of modes) {
    const network = mode && { mode, egress: "deny" as const };
    expect(await zygotes.copy({ ...source, ...(network && { network }) }, CHILD, MANY)).toBe(COPY);
  }
  expect(raised).toEqual(["a", "a", "a"]);
});
