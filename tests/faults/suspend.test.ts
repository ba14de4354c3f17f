import { cp, mkdtempDisposable, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isForkdApiError } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clockErrorOf } from "../harness/clock-error.ts";
import { forkOne } from "../harness/fork-one.ts";
import { findLeftovers, findMachines } from "../harness/leftovers.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { pidOf } from "../harness/pid-of.ts";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start({ env: { FORKD_MAX_SANDBOXES: "2" } });
});
afterAll(() => daemon[Symbol.asyncDispose]());

const codeOf = (error: unknown): string => (isForkdApiError(error) ? error.code : String(error));
const pathOf = ({ id }: Sandbox, ...names: string[]): string => join(daemon.dataDir, "vms", id, ...names);

async function restartDaemon(child: Sandbox, signal: NodeJS.Signals = "SIGKILL"): Promise<string> {
  await daemon.kill(signal);
  await daemon.start();
  await expect.poll(async () => (await child.refresh()).status).not.toBe("adopting");
  return child.info.status;
}

test.each(["SIGKILL", "SIGTERM"] as const)(
  "a suspended machine is found suspended behind a daemon that ended by %s, and goes on",
  async (signal) => {
    const child = await forkOne(daemon, { liveFork: true, name: "sleeper" });
    await child.eval("remembered = 12345", { mode: "run" });
    await child.suspend();
    expect(await restartDaemon(child, signal)).toBe("suspended");
    expect(child.info).toMatchObject({ name: "sleeper", pid: null, liveFork: true });
    await child.resume();
    expect(await clockErrorOf(child)).toBeLessThan(50);
    expect(await child.eval("remembered")).toMatchObject({ result: "12345" });
    await child.kill();
  },
);

test("a daemon that is killed at any moment of a suspension or a resume leaves one of the two, whole", async () => {
  const child = await forkOne(daemon);
  await child.eval("remembered = 0", { mode: "run" });
  let remembered = 0;
  for (const waitMs of [0, 10, 20, 30, 45, 60, 80, 100, 130, 160]) {
    const wasSuspended = child.info.status === "suspended";
    const answer = (wasSuspended ? child.resume() : child.suspend()).catch((error: unknown) => error);
    await delay(waitMs);
    await daemon.kill();
    await answer;
    await daemon.start();
    await expect.poll(async () => (await child.refresh()).status).not.toBe("adopting");
    const { status, pid } = child.info;
    expect(["running", "paused", "suspended"]).toContain(status);
    await expect.poll(() => findMachines(daemon.dataDir)).toEqual(pid === null ? [] : [pid]);
    if (status === "suspended") continue;
    await child.resume();
    remembered += 1;
    const { result } = await child.eval("remembered += 1; remembered");
    expect(Number(result)).toBe(remembered);
  }
  await child.resume();
  expect(await child.eval("remembered")).toMatchObject({ result: String(remembered) });
  await child.kill();
});

test("a suspended machine takes no place, and is resumed when there is one", async () => {
  const sleeper = await forkOne(daemon, { name: "sleeper" });
  await sleeper.suspend();
  const others = await daemon.forkd.sandboxes.fork(sleeper.info.snapshotTag, { n: 2 });
  await expect(sleeper.resume()).rejects.toMatchObject({ code: "sandbox_quota" });
  expect((await sleeper.refresh()).status).toBe("suspended");
  await expect(forkOne(daemon, { name: "sleeper" })).rejects.toMatchObject({ code: "sandbox_quota" });
  await others[0]?.kill();
  await expect(forkOne(daemon, { name: "sleeper" })).rejects.toMatchObject({ code: "name_taken" });
  await sleeper.resume();
  expect((await sleeper.run("echo runs")).stdout).toBe("runs\n");
  await daemon.forkd.sandboxes.killAll();
});

test("a machine that is resumed draws other random bytes than one that was resumed of the same files", async () => {
  const child = await forkOne(daemon);
  await child.suspend();
  await using scratch = await mkdtempDisposable(join(tmpdir(), "forkd-suspended-"));
  const copy = join(scratch.path, "copy");
  await cp(pathOf(child), copy, { recursive: true, filter: (source) => !source.endsWith(".sock") });
  const draws: string[] = [];
  for (let time = 0; time < 2; time++) {
    await child.resume();
    draws.push((await child.run("head -c 16 /dev/urandom | od -An -tx1")).stdout);
    await daemon.kill();
    process.kill(pidOf(child), "SIGKILL");
    await rm(pathOf(child), { recursive: true });
    await cp(copy, pathOf(child), { recursive: true });
    await daemon.start();
  }
  expect(new Set(draws).size).toBe(2);
  await child.kill();
});

async function flipByte(path: string, position: number): Promise<void> {
  await using file = await open(path, "r+");
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, position);
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, position);
}

test("a state that is damaged is refused by name, and nothing of it is lost", async () => {
  const child = await forkOne(daemon);
  await child.eval("remembered = 12345", { mode: "run" });
  await child.suspend();
  for (const [file, position] of [
    ["suspended/memory", 9000],
    ["suspended/device-state", 1000],
    ["disk.qcow2", 100],
  ] as const) {
    await flipByte(pathOf(child, file), position);
    await expect(child.resume()).rejects.toMatchObject({
      code: "suspended_state_damaged",
      message: expect.stringContaining(file) as string,
    });
    await flipByte(pathOf(child, file), position);
  }
  const record = await readFile(pathOf(child, "state.json"));
  await writeFile(pathOf(child, "state.json"), record.subarray(0, 200));
  expect(await restartDaemon(child)).toBe("unmanaged");
  await expect(child.resume()).rejects.toMatchObject({ code: "sandbox_unmanaged" });
  await expect(daemon.forkd.snapshots.remove(child.info.snapshotTag)).rejects.toMatchObject({
    code: "snapshot_in_use",
  });
  await writeFile(pathOf(child, "state.json"), record);
  await expect.poll(async () => (await child.refresh()).status).toBe("suspended");
  await child.resume();
  expect(await child.eval("remembered")).toMatchObject({ result: "12345" });
  await child.kill();
});

test("a machine that is killed or dies while it is suspended leaves nothing, or is dead", async () => {
  for (const waitMs of [0, 20, 60]) {
    const [killed, crashed] = [await forkOne(daemon), await forkOne(daemon)];
    const pid = pidOf(crashed);
    const suspensions = [killed, crashed].map((child) =>
      child.suspend().then(({ status }) => status, codeOf),
    );
    await delay(waitMs);
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It is suspended already.
    }
    await killed.kill();
    expect(["suspended", "sandbox_dead", "sandbox_not_found"]).toContain(await suspensions[0]);
    const end = await suspensions[1];
    expect(["suspended", "sandbox_dead"]).toContain(end);
    expect((await crashed.refresh()).status).toBe(end === "suspended" ? "suspended" : "dead");
    // What is said to be suspended is there to be resumed.
    const goesOn =
      end !== "suspended" || (await crashed.resume().then(() => crashed.run("true"))).exitCode === 0;
    expect(goesOn).toBe(true);
    await crashed.kill();
    expect(findLeftovers(daemon)).toEqual({ vms: [], drafts: [], processes: [] });
  }
});

test("suspensions, resumes, pauses and a branch at once each end, and in one of the states", async () => {
  const child = await forkOne(daemon);
  await child.eval("remembered = 12345", { mode: "run" });
  const refusals = ["sandbox_suspended", "sandbox_paused"];
  for (let round = 0; round < 3; round++) {
    const ends = await Promise.all(
      [
        child.suspend(),
        child.branch({ tag: `race-${round}` }),
        child.resume(),
        child.pause(),
        child.suspend(),
        child.eval("1"),
        child.resume(),
      ].map((work) => work.then(() => "done", codeOf)),
    );
    for (const end of ends) expect(["done", ...refusals]).toContain(end);
  }
  await child.resume();
  expect(await child.eval("remembered")).toMatchObject({ result: "12345" });
  await child.kill();
  for (const { tag } of await daemon.forkd.snapshots.list())
    if (tag.startsWith("race-")) await daemon.forkd.snapshots.remove(tag);
});

test("who leaves while a machine is suspended or resumed leaves it as it was, or as was asked", async () => {
  const child = await forkOne(daemon);
  await child.eval("remembered = 12345", { mode: "run" });
  for (const waitMs of [0, 20, 40]) {
    const leaving = AbortSignal.timeout(waitMs);
    await child.suspend({ signal: leaving }).catch(() => {});
    await child.resume({ signal: AbortSignal.timeout(waitMs) }).catch(() => {});
    await child.resume();
    expect(await child.eval("remembered")).toMatchObject({ result: "12345" });
  }
  await child.kill();
});
