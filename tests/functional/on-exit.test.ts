import { afterAll, beforeAll, expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { pidOf } from "../harness/pid-of.ts";

let daemon: TestDaemon;

beforeAll(async () => {
  daemon = await TestDaemon.start();
});

afterAll(() => daemon[Symbol.asyncDispose]());

test("a stop that cannot suspend one machine names it, and the daemon runs on", async () => {
  const [stuck, other] = await daemon.forkd.sandboxes.fork(PARENT, { n: 2 });
  const pid = pidOf(stuck);
  process.kill(pid, "SIGSTOP");
  const stop = daemon.forkd.stop({ onExit: "suspend", timeoutSecs: 15 });
  await expect(stop).rejects.toMatchObject({
    code: "stop_failed",
    details: { total: 2, failures: [expect.objectContaining({ id: stuck?.id })] },
  });
  process.kill(pid, "SIGCONT");
  expect((await other?.refresh())?.status).toBe("suspended");
  await expect.poll(async () => (await stuck?.run("echo alive"))?.stdout).toBe("alive\n");
  await other?.kill();
  await stuck?.kill();
});

test("machines are on disk before a daemon stops that is told so, and come back by the next", async () => {
  const child = await forkOne(daemon);
  await child.run("echo kept > /run/kept");
  const steps: string[] = [];
  const report = await daemon.forkd.stop({
    onExit: "suspend",
    onProgress: ({ message }) => void steps.push(message),
  });
  expect(report.suspended).toEqual([child.id]);
  expect(steps).toEqual(["1 of 1 sandboxes suspended"]);
  await daemon.kill("SIGTERM");
  await daemon.start();
  expect((await child.refresh()).status).toBe("suspended");
  await child.resume();
  expect((await child.run("cat /run/kept")).stdout).toBe("kept\n");
  await child.kill();
});

test.each(["suspend", "kill"])(
  "a daemon that is to %s them does so when it is told to end",
  async (onExit) => {
    await daemon.kill("SIGTERM");
    await daemon.start({ FORKD_ON_EXIT: onExit });
    const child = await forkOne(daemon);
    await daemon.kill("SIGTERM");
    await daemon.start();
    const left = await daemon.forkd.sandboxes.list();
    expect(left.map(({ id, info }) => [id, info.status])).toEqual(
      onExit === "kill" ? [] : [[child.id, "suspended"]],
    );
    await Promise.all(left.map((sandbox) => sandbox.kill()));
  },
);
