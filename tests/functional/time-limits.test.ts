import { setTimeout as delay } from "node:timers/promises";
import type { Sandbox } from "@forkd/sdk";
import { expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { useChild } from "../harness/one-child.ts";

const used = useChild();

const statusOf = async (child: Sandbox): Promise<string> => (await child.refresh()).status;

/** Why it came to rest or ended, in the order of events. */
async function reasonsOf({ id }: Sandbox): Promise<string[]> {
  const types = ["sandbox.paused", "sandbox.suspended", "sandbox.expired"] as const;
  const events = await used.daemon.forkd.events.list({ types });
  return events.flatMap((event) =>
    "reason" in event && event.id === id ? [`${event.type}: ${event.reason}`] : [],
  );
}

test.each([
  ["pause", "paused"],
  ["suspend", "suspended"],
] as const)(
  "a machine that says so is left to %s when its time to live is over, and resumed",
  async (onTimeout, status) => {
    await using child = await forkOne(used.daemon, { ttlSecs: 3, onTimeout, autoResume: true });
    await child.eval("remembered = 12345", { mode: "run" });
    await expect.poll(() => statusOf(child)).toBe(status);
    await expect.poll(async () => (await child.refresh()).expiresAtUnix).toBe(null);
    expect((await child.resume()).expiresAtUnix).not.toBe(null);
    await child.update({ ttlSecs: null });
    expect(await child.eval("remembered")).toMatchObject({ result: "12345" });
    expect(await reasonsOf(child)).toContain(`sandbox.${status}: timeout`);
  },
);

test("a machine that is suspended has its time to live all the same", async () => {
  await using child = await forkOne(used.daemon, { ttlSecs: 15 });
  await child.suspend();
  await expect.poll(() => reasonsOf(child)).toEqual(["sandbox.suspended: asked", "sandbox.expired: timeout"]);
});

test("a machine that nobody uses is suspended, and one with an open stream is not", async () => {
  await using child = await forkOne(used.daemon, { idleTimeoutSecs: 6, autoResume: true });
  expect((await child.run("sleep 12; echo busy")).stdout).toBe("busy\n");
  expect(await reasonsOf(child)).toEqual([]);
  await expect.poll(() => statusOf(child)).toBe("suspended");
  expect((await child.run("echo awake")).stdout).toBe("awake\n");
  await child.update({ onIdle: "kill" });
  await child.run("true");
  await expect.poll(() => reasonsOf(child)).toContain("sandbox.expired: idle");
  await expect(child.refresh()).rejects.toMatchObject({ code: "sandbox_not_found" });
});

test("a machine whose commands print is in use, whether anybody reads it or not", async () => {
  await using child = await forkOne(used.daemon, { idleTimeoutSecs: 12 });
  const { pid } = await child.spawn(["sh", "-c", "for i in $(seq 40); do echo $i; sleep 0.5; done"]);
  await expect.poll(() => statusOf(child)).toBe("suspended");
  await child.resume();
  expect(await child.processes()).toContainEqual(expect.objectContaining({ pid, running: false }));
});

test("a machine with an open connection to a port is in use", async () => {
  await using child = await forkOne(used.daemon, { idleTimeoutSecs: 5 });
  await child.spawn(["python3", "-m", "http.server", "8000"]);
  await child.waitForPort(8000);
  const connection = await child.connect(8000);
  await delay(12_000);
  expect(await reasonsOf(child)).toEqual([]);
  connection.destroy();
  await expect.poll(() => statusOf(child)).toBe("suspended");
});
