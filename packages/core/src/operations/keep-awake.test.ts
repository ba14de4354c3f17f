import { ForkdError } from "@forkd/contract";
import { expect, test } from "vitest";
import type { GuestAgent } from "../ports/guest.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { keepAwake } from "./keep-awake.ts";

const options = { signal: new AbortController().signal };
const agent = {} as GuestAgent;
const asleep = new ForkdError("sandbox_suspended", { id: "sb_0000000000000000" });

const awake = {
  ask: (question: (agent: GuestAgent) => unknown) => question(agent),
  stream: (question: (agent: GuestAgent) => unknown) => question(agent),
  connectToPort: () => Promise.resolve("connected"),
} as unknown as Sandbox;

const gone = {
  ask: () => Promise.reject(asleep),
  stream: async function* stream() {
    yield* [];
    throw asleep;
  },
  connectToPort: () => Promise.reject(asleep),
} as unknown as Sandbox;

test("a machine that was put to rest before it was asked is woken, and asked once", async () => {
  let wakes = 0;
  const sandbox = keepAwake(gone, () => Promise.resolve((wakes++, awake)));
  expect(await sandbox.ask(() => Promise.resolve("answer"), options)).toBe("answer");
  const stream = sandbox.stream(async function* count() {
    yield* [1, 2];
  }, options);
  expect(await Array.fromAsync(stream)).toEqual([1, 2]);
  expect(await sandbox.connectToPort(80, options)).toBe("connected");
  expect(wakes).toBe(3);
});

test("what was asked already, and what fails otherwise, is not tried again", async () => {
  const wake = (): Promise<Sandbox> => Promise.reject(new Error("it is not to be woken"));
  const fail = (): Promise<never> => Promise.reject(asleep);
  await expect(keepAwake(awake, wake).ask(fail, options)).rejects.toBe(asleep);
  const dead = new ForkdError("internal", { reason: "" });
  const broken = { ask: () => Promise.reject(dead) } as unknown as Sandbox;
  await expect(keepAwake(broken, wake).ask(fail, options)).rejects.toBe(dead);
});
