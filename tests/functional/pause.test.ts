import { setTimeout as delay } from "node:timers/promises";
import type { Sandbox } from "@forkd/sdk";
import { expect, test } from "vitest";
import { endCounting, readSteps, startCounting } from "../branch/steps.ts";
import { forkOne } from "../harness/fork-one.ts";
import { useChild } from "../harness/one-child.ts";
import { settled } from "../harness/settled.ts";

const used = useChild();

/** The kinds of events about a machine, with what is told of each. */
async function eventsOf({ id }: Sandbox): Promise<string[]> {
  const events = await used.daemon.forkd.events.list({ types: ["sandbox.paused", "sandbox.resumed"] });
  return events.flatMap((event) => {
    if (event.type === "sandbox.paused" && event.id === id) return ["paused"];
    return event.type === "sandbox.resumed" && event.id === id ? [`resumed: ${event.reason}`] : [];
  });
}

test("a machine is paused and resumed, each as often as is asked, and told once", async () => {
  await using child = await forkOne(used.daemon);
  expect(child.info).toMatchObject({ status: "running", autoResume: false });
  for (let i = 0; i < 2; i++) expect(await child.pause()).toMatchObject({ id: child.id, status: "paused" });
  expect((await used.daemon.forkd.sandboxes.get(child.id)).info.status).toBe("paused");
  for (let i = 0; i < 2; i++) expect((await child.resume()).status).toBe("running");
  expect((await child.run("echo runs on")).stdout).toBe("runs on\n");
  expect(await eventsOf(child)).toEqual(["paused", "resumed: asked"]);
});

test("what needs the guest of a paused machine is refused at once, and says what to do", async () => {
  await using child = await forkOne(used.daemon);
  await child.pause();
  const startedAt = performance.now();
  for (const attempt of [
    () => child.run("true"),
    () => child.eval("1"),
    () => child.ping(),
    () => child.processes(),
    () => child.signal(1, "SIGTERM"),
    () => child.files.read("/etc/hostname"),
    () => child.files.write("/root/x", "x"),
    () => Array.fromAsync(child.attach(1)),
  ])
    await expect(attempt()).rejects.toMatchObject({
      code: "sandbox_paused",
      status: 409,
      hint: expect.stringContaining(`forkd.sandboxes.at("${child.id}").resume()`) as string,
    });
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  expect((await child.refresh()).status).toBe("paused");
  for await (const _ of await child.logs()) break;
});

test("a machine that was forked with auto_resume is resumed by what needs its guest, once for many", async () => {
  await using child = await forkOne(used.daemon, { autoResume: true });
  expect((await child.pause()).autoResume).toBe(true);
  const many = await Promise.all(["1", "2", "3"].map((code) => child.eval(code)));
  expect(many.map(({ result }) => result)).toEqual(["1", "2", "3"]);
  await child.pause();
  expect((await child.run("echo awake")).stdout).toBe("awake\n");
  expect(await eventsOf(child)).toEqual(["paused", "resumed: needed", "paused", "resumed: needed"]);
});

test("the guest's clock is right as soon as a machine is resumed, and its monotonic clock has stood still", async () => {
  await using child = await forkOne(used.daemon);
  const { uptimeMs } = await child.ping();
  await child.pause();
  await delay(8000);
  await child.resume();
  const before = Date.now();
  const { result } = await child.eval("__import__('time').time() * 1000");
  expect(Number(result)).toBeGreaterThan(before - 50);
  expect(Number(result)).toBeLessThan(Date.now() + 50);
  expect((await child.ping()).uptimeMs - uptimeMs).toBeLessThan(8000);
});

test("a running command stands still with its machine, and goes on where it was", async () => {
  await using child = await forkOne(used.daemon);
  const pid = await startCounting(child);
  let told = "";
  const reading = (async () => {
    for await (const event of child.attach(pid))
      if (event.type === "stdout") told += Buffer.from(event.data).toString();
  })();
  await child.pause();
  const toldBefore = await settled(() => told);
  await delay(1500);
  expect(told).toBe(toldBefore);
  await child.resume();
  await expect.poll(() => told.length).toBeGreaterThan(toldBefore.length);
  await endCounting(child);
  await reading;
  const steps = readSteps(told);
  expect(steps).toEqual(Array.from(steps, (_, step) => step));
});

/** More than each deadline of what follows, that of a file among them: 30 s without a byte. */
const LONG_PAUSE_MS = 45_000;
const WAIT = "import time; time.sleep(8); print('done')";

test(
  "what is under way outlasts a pause that is longer than every deadline",
  { timeout: 120_000 },
  async () => {
    await using child = await forkOne(used.daemon);
    await child.run("seq 4000000 > /root/large");
    const command = child.exec(["python3", "-c", WAIT], { timeoutSecs: 40 });
    const code = child.eval(WAIT, { mode: "run", timeoutSecs: 40 });
    const file = (await child.files.stream("/root/large"))[Symbol.asyncIterator]();
    const first = await file.next();
    await child.pause();
    const rest = Array.fromAsync({ [Symbol.asyncIterator]: () => file });
    await delay(LONG_PAUSE_MS);
    expect(await Promise.race([rest, command, code, Promise.resolve("nothing yet")])).toBe("nothing yet");
    await child.resume();
    expect(await command).toMatchObject({ stdout: "done\n", timedOut: false });
    expect(await code).toMatchObject({ stdout: "done\n", timedOut: false });
    const bytes = Buffer.concat([...(first.done ? [] : [first.value]), ...(await rest)]);
    expect(bytes.toString()).toBe(Array.from({ length: 4_000_000 }, (_, line) => `${line + 1}\n`).join(""));
  },
);
