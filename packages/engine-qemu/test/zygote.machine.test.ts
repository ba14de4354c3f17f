import { readFileSync, readdirSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { GuestAgent, Machine, RestoreSpec, Zygote } from "@forkd/core";
import { createGuestConnector } from "@forkd/guest-client";
import { frozenBy } from "@forkd/core/testing/rig";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { MACHINE_FILES } from "../src/machine-files.ts";
import { CaptureScene, shell, startInvariant, watchInvariant } from "./capture-fixture.ts";
import { connectAgent, createEngine, runInGuest, soon } from "./fixture.ts";
import { reconnect } from "./reconnects.ts";
import {
  HAS_HUGE_PAGES,
  descriptorsOf,
  directoryOf,
  eventfdsOf,
  hugeKib,
  listDirectories,
  statusOf,
} from "./process-facts.ts";
import { CAPTURE_MODES } from "../../../tests/harness/capture-modes.ts";

/** How often each test runs on the same zygote: `npm run soak -- zygotes` has them run often. */
const ROUNDS = Number(process.env["FORKD_TEST_ROUNDS"] ?? 1);
/** What goes through many copies or connections in each round need not do that in many rounds. */
const ONCE = { repeats: 0 };

describe("a zygote", { repeats: ROUNDS - 1 }, () => {
  let scene: CaptureScene;
  let spec: RestoreSpec;
  let zygote: Zygote;
  const machines: Machine[] = [];

  beforeAll(async () => {
    scene = await CaptureScene.create();
    spec = await scene.describe(scene.base);
    zygote = await open(spec);
  });

  afterEach(async () => {
    await Promise.all(machines.splice(0).map((machine) => machine.kill()));
  });

  afterAll(async () => {
    await zygote?.[Symbol.asyncDispose]();
    await scene?.[Symbol.asyncDispose]();
  });

  /** Its guest leaves a mark, by which its copies are known. */
  async function open(from: RestoreSpec, engine = scene.engine): Promise<Zygote> {
    let agent: GuestAgent | undefined;
    const opened = await engine.openZygote(
      from,
      async (machine) => {
        agent = await createGuestConnector().connect(await machine.openAgentStream(soon()), soon());
        await shell(agent, "echo of the zygote | tee /root/disk >/run/memory; sync");
      },
      soon(),
    );
    if (!opened || !agent) throw new Error("this engine copies no machines");
    return opened;
  }

  async function fork(from = zygote): Promise<Machine> {
    const { name, directory } = await scene.describe(scene.base);
    const machine = await from.fork({ name, directory }, soon());
    machines.push(machine);
    return machine;
  }

  it("shares no descriptor with its copies that either could reach the other by", async () => {
    const [first, second] = [await fork(), await fork()];
    const pids = [zygote.pid, first.pid, second.pid];
    const sockets = pids.flatMap((pid) =>
      descriptorsOf(pid).filter((target) => target.startsWith("socket:")),
    );
    expect(new Set(sockets).size).toBe(sockets.length);
    const eventfds = pids.flatMap(eventfdsOf);
    expect(eventfds.length).toBeGreaterThan(6);
    expect(new Set(eventfds).size).toBe(eventfds.length);
    for (const { pid } of [first, second]) {
      const own = directoryOf(pid);
      const here = descriptorsOf(pid).filter((target) => target.startsWith(scene.workspace.file("machine")));
      expect(here.every((target) => target.startsWith(`${own}/`))).toBe(true);
      expect(here.map((target) => target.slice(own.length + 1))).toEqual(
        expect.arrayContaining([MACHINE_FILES.overlay, MACHINE_FILES.console, MACHINE_FILES.vmmLog]),
      );
    }
  });

  it.runIf(HAS_HUGE_PAGES)("has translated code alone mapped by huge pages, and so its copies", async () => {
    for (const { pid } of [zygote, await fork()]) {
      expect(hugeKib(pid)).toBeGreaterThan(0);
      expect(statusOf(pid, "THP_enabled")).toBe("0");
    }
  });

  it("makes copies with all its threads, in a session of their own, which may make neither", async () => {
    const copy = await fork();
    const threads = Number(statusOf(zygote.pid, "Threads"));
    expect(Number(statusOf(copy.pid, "Threads"))).toBe(threads - 1);
    expect(statusOf(copy.pid, "NSpgid")).toBe(String(copy.pid));
    expect(statusOf(copy.pid, "NSsid")).toBe(String(copy.pid));
    const filters = Number(statusOf(zygote.pid, "Seccomp_filters"));
    expect(Number(statusOf(copy.pid, "Seccomp_filters"))).toBe(filters + 1);
  });

  it("costs a copy less than half of what a restored machine costs", async () => {
    const copy = await fork();
    await runInGuest(copy, "true");
    const own = (pid: number): number =>
      Number(/^Private_Dirty:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1]);
    const alone = await scene.restore();
    await runInGuest(alone, "true");
    expect(own(copy.pid)).toBeLessThan(own(alone.pid) / 2);
  });

  it("leaves an empty directory where it could not be copied to, for a machine that is restored there", async () => {
    const plan = await scene.describe(scene.base);
    await mkdir(join(plan.directory, MACHINE_FILES.agentSocket));
    const { name, directory } = plan;
    await expect(zygote.fork({ name, directory }, soon())).rejects.toMatchObject({ code: "vmm_failed" });
    await using restored = await scene.engine.restore(plan, soon());
    await expect(runInGuest(restored, "echo runs")).resolves.toBe("runs");
  });

  it("is made with a library whose path has spaces and colons", async () => {
    const library = join(
      await scene.workspace.makeDirectory(`a path: of two words ${crypto.randomUUID()}`),
      "forkd-zygote.so",
    );
    await copyFile(process.env["FORKD_TEST_ZYGOTE"] ?? "", library);
    await using other = await open(await scene.describe(scene.base), createEngine(library));
    await expect(runInGuest(await fork(other), "cat /run/memory")).resolves.toBe("of the zygote");
  });

  it("is none where the library was not loaded", async () => {
    const library = scene.workspace.file("no such library.so");
    const engine = createEngine(library);
    const from = await scene.describe(scene.base);
    const rehearse = async (): Promise<void> => {};
    await expect(engine.openZygote(from, rehearse, soon())).rejects.toMatchObject({
      code: "restore_failed",
      message: expect.stringContaining("no such library.so: No such file") as string,
    });
  });

  it("leaves no copy behind when the caller goes away", async () => {
    const directories: string[] = [];
    for (const afterMs of [0, 1, 2, 3, 5, 8]) {
      const { name, directory } = await scene.describe(scene.base);
      directories.push(directory);
      const giveUp = new AbortController();
      setTimeout(() => giveUp.abort(), afterMs);
      const outcome = await zygote.fork({ name, directory }, { signal: giveUp.signal }).then(
        (machine) => machine.kill().then(() => "forked"),
        (error: unknown) => (error as { code: string }).code,
      );
      expect(["forked", "cancelled"]).toContain(outcome);
    }
    await expect.poll(() => listDirectories().filter((path) => directories.includes(path))).toEqual([]);
  });

  it.each(CAPTURE_MODES)("makes copies of which a %s capture is one instant", async (mode) => {
    const copy = await fork();
    await using agent = await connectAgent(copy);
    await startInvariant(agent, mode === "live" ? "memory" : "disk");
    const capture = scene.spec(mode);
    await copy.capture(capture, soon());
    await expect(watchInvariant(agent)).resolves.toBe(0);
    await using restored = await scene.restore(await frozenBy(capture, scene.base));
    await using restoredAgent = await connectAgent(restored);
    await expect(watchInvariant(restoredAgent)).resolves.toBe(0);
    await expect(shell(restoredAgent, "cat /run/memory")).resolves.toBe("of the zygote");
  });

  describe("of a machine of two CPUs", () => {
    let pair: CaptureScene;

    beforeAll(async () => {
      pair = await CaptureScene.create({ vcpus: 2 });
    });

    afterAll(() => pair?.[Symbol.asyncDispose]());

    it("makes copies that have both", async () => {
      await using two = await open({ ...(await pair.describe(pair.base)), vcpus: 2 });
      const copies = await Promise.all([fork(two), fork(two), fork(two)]);
      for (const copy of copies) {
        await expect(runInGuest(copy, "nproc; (true & true & wait); cat /run/memory")).resolves.toBe(
          "2\nof the zygote",
        );
      }
    });
  });

  it.each([
    ["a copy", () => fork()],
    ["a restored machine", () => scene.restore()],
  ])(
    "gives %s that answers each of 60 connections that follow each other at once",
    ONCE,
    async (_kind, make) => {
      await using machine = await make();
      const { failures } = await reconnect(machine, 60);
      expect(failures).toEqual([]);
    },
  );

  it("is copied fifty times on end without a hitch", ONCE, async () => {
    for (let round = 0; round < 50; round++) {
      await using copy = await fork();
      await copy.countPrivatePages(spec.memoryMib, soon());
    }
    await expect(runInGuest(await fork(), "cat /run/memory")).resolves.toBe("of the zygote");
    expect(readdirSync(join("/proc", String(zygote.pid), "fd")).length).toBeLessThan(40);
  });
});
