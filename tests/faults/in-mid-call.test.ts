import { setTimeout as delay } from "node:timers/promises";
import { isForkdApiError } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { pidOf } from "../harness/pid-of.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { LONG_CALLS, letGo, prepare } from "./long-calls.ts";

let daemon: TestDaemon;
let prepared: Sandbox;
beforeAll(async () => {
  daemon = await TestDaemon.start();
  prepared = await forkOne(daemon);
  await prepare(prepared);
});
afterAll(() => daemon[Symbol.asyncDispose]());

/** All calls together need a while on a busy host. */
const LONG = { timeout: 600_000 };
const PATIENCE = { timeout: 240_000 };
const NAMES = Object.keys(LONG_CALLS);
const all = (end: unknown): Record<string, unknown> => Object.fromEntries(NAMES.map((name) => [name, end]));
const codeOf = (error: unknown): string => (isForkdApiError(error) ? error.code : String(error));

/** What has no place for an error breaks off; over a unix socket a connection reads as ended. */
const UNTOLD = { "a connection to a port": "begun, " };

/** A sandbox with every long call under way at once. */
async function beginAll() {
  const [child] = await prepared.fork();
  if (!child) throw new Error("the fork gave no child");
  const [go, happened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const ends = all("under way");
  const begin = async (name: string): Promise<void> => {
    const place = { daemon, child, go: go.promise, happened: happened.promise };
    const { end } = await LONG_CALLS[name]!.begin(place);
    void end.catch(codeOf).then((told) => (ends[name] = told));
  };
  // What leaves no trace in the guest comes first: it has arrived when all others have.
  const [traceless, others] = [NAMES.slice(0, 2), NAMES.slice(2)];
  for (const name of traceless) await begin(name);
  await Promise.all(others.map(begin));
  expect(ends).toEqual(all("under way"));
  return { child, ends, go, happened };
}

test.each([
  ["is killed", "sandbox_dead", (child: Sandbox) => child.kill()],
  ["dies", "sandbox_dead", async (child: Sandbox) => process.kill(pidOf(child), "SIGKILL")],
  ["is suspended", "sandbox_suspended", (child: Sandbox) => child.suspend()],
])("what is under way in a sandbox that %s ends with %s", LONG, async (_, code, happen) => {
  const { child, ends, happened } = await beginAll();
  await happen(child);
  happened.resolve();
  await expect.poll(() => ends, PATIENCE).toEqual({ ...all(code), ...UNTOLD });
  await child.kill();
});

test(
  "what is under way in a sandbox that is paused waits for its resumption, and comes whole",
  LONG,
  async () => {
    const { child, ends, go, happened } = await beginAll();
    await child.pause();
    go.resolve();
    happened.resolve();
    await delay(1000);
    expect(ends).toEqual(all("under way"));
    await child.resume();
    await letGo(child);
    const whole = Object.entries(LONG_CALLS).map(([name, call]) => [name, call.whole]);
    await expect.poll(() => ends, PATIENCE).toEqual(Object.fromEntries(whole));
    await child.kill();
  },
);
