import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clockErrorOf } from "../harness/clock-error.ts";
import { forkOne } from "../harness/fork-one.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());

/** Has the VMM do nothing of what it is told, until disposal. */
function holdUp({ info: { pid } }: Sandbox): Disposable {
  if (pid === null) throw new Error("the machine has no process");
  process.kill(pid, "SIGSTOP");
  return { [Symbol.dispose]: () => void process.kill(pid, "SIGCONT") };
}

/** Long enough that a request has come to the VMM. */
const ON_ITS_WAY_MS = 500;

/** For how many ms the VMM has used a CPU. */
function cpuMsOf({ info: { pid } }: Sandbox): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  // utime and stime, in ticks of 10 ms, proc(5).
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

test("a machine whose VMM was stuck when it was resumed stands still once the VMM listens again", async () => {
  await using child = await forkOne(daemon);
  await using _busy = await child.spawn(["sh", "-c", "while :; do :; done"]);
  await child.pause();
  {
    using _held = holdUp(child);
    await expect(child.resume()).rejects.toMatchObject({ code: "machine_stuck" });
  }
  expect((await child.pause()).status).toBe("paused");
  const before = cpuMsOf(child);
  await delay(2000);
  expect(cpuMsOf(child) - before).toBeLessThan(500);
  await child.resume();
  expect(await clockErrorOf(child)).toBeLessThan(50);
});

test("a request that comes while a machine is being paused is refused then, or resumes it", async () => {
  for (const autoResume of [false, true]) {
    await using child = await forkOne(daemon, { autoResume });
    const held = holdUp(child);
    const pausing = child.pause();
    await delay(ON_ITS_WAY_MS);
    const answer = child.eval("6 * 7").then(
      ({ resultJson }) => resultJson,
      (error: { code?: string }) => error.code,
    );
    await delay(ON_ITS_WAY_MS);
    held[Symbol.dispose]();
    await pausing;
    expect(await answer).toBe(autoResume ? "42" : "sandbox_paused");
  }
});

test("a daemon that dies in the middle of a resume leaves the machine paused, and its clock comes right", async () => {
  await using child = await forkOne(daemon);
  await child.pause();
  await delay(2000);
  {
    using _held = holdUp(child);
    const resuming = child.resume().catch(() => {});
    await delay(ON_ITS_WAY_MS);
    await daemon.kill();
    await resuming;
  }
  await daemon.start();
  await expect.poll(async () => (await child.refresh()).status).toBe("paused");
  await child.resume();
  expect(await clockErrorOf(child)).toBeLessThan(50);
});

test("a connection to the agent that is being made is not cut off by a pause", async () => {
  await using child = await forkOne(daemon);
  for (let round = 0; round < 3; round++) {
    await daemon.kill("SIGTERM");
    await daemon.start();
    const answer = child.run("echo ran").then(
      ({ stdout }) => stdout,
      (error: { code?: string }) => error.code,
    );
    await child.pause();
    await delay(100);
    await child.resume();
    expect(["ran\n", "sandbox_paused"]).toContain(await answer);
  }
});
