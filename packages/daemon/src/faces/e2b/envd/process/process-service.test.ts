import { once } from "node:events";
import { Code } from "@connectrpc/connect";
import { ForkdError } from "@forkd/contract";
import type { GuestProcess, GuestProcessEvent } from "@forkd/core";
import { expect, test } from "vitest";
import { serveProcesses } from "../../../../../test/envd-fixture.ts";
import { byPid, openProcessClient, readEvents } from "../../../../../test/process-client.ts";

const START: GuestProcessEvent = { type: "start", pid: 7, dropped: 0, offset: 0 };
const EXIT: GuestProcessEvent = { type: "exit", exitCode: 0, signal: null, timedOut: false, durationMs: 1 };
const say = (text: string): GuestProcessEvent => ({ type: "stdout", data: Buffer.from(text) });
const SLEEP = { process: { cmd: "sleep", args: ["600"] } };

async function* tell(...events: GuestProcessEvent[]): AsyncGenerator<GuestProcessEvent> {
  yield* events;
}

/** Begins, and goes on until it is given up. */
async function* sleep(signal: AbortSignal): AsyncGenerator<GuestProcessEvent> {
  yield START;
  if (!signal.aborted) await once(signal, "abort");
  throw new ForkdError("cancelled", { stage: "running a command" });
}

const running = (about: Partial<GuestProcess>): GuestProcess => ({
  pid: 7,
  args: ["cat"],
  running: true,
  exitCode: null,
  signal: null,
  startedAtUnixMs: 0,
  user: "root",
  cwd: "/",
  pty: false,
  lossless: false,
  outputBytes: 0,
  quietMs: 0,
  ...about,
});

test.each([
  ["nothing", 0, ["start 7", "stdout abc", "stdout def", "exit status 0"]],
  ["all of a part", 3, ["start 7", "stdout def", "exit status 0"]],
  ["some of a part", 4, ["start 7", "stdout ef", "exit status 0"]],
  ["all", 6, ["start 7", "exit status 0"]],
])("who connects is told what follows, when %s was said before", async (_, outputBytes, told) => {
  await using served = await serveProcesses({
    agent: { listProcesses: async () => [running({ outputBytes })] },
    attach: () => tell(START, say("abc"), say("def"), EXIT),
  });
  expect(await readEvents(openProcessClient(served).connect(byPid(7)))).toEqual(told);
});

test("output that its guest keeps no more is not waited for", async () => {
  await using served = await serveProcesses({
    agent: { listProcesses: async () => [running({ outputBytes: 1000 })] },
    attach: () => tell({ type: "start", pid: 7, dropped: 2000, offset: 2000 }, say("late"), EXIT),
  });
  expect(await readEvents(openProcessClient(served).connect(byPid(7)))).toContain("stdout late");
});

test.each([
  ["has ended", { running: false }, Code.NotFound],
  ["waits for its one reader", { lossless: true }, Code.InvalidArgument],
])("a process that %s cannot be connected to", async (_, about, code) => {
  await using served = await serveProcesses({ agent: { listProcesses: async () => [running(about)] } });
  await expect(readEvents(openProcessClient(served).connect(byPid(7)))).rejects.toMatchObject({ code });
});

test.each([true, false])(
  "a deadline ends the stream and gives up the guest (binary: %s)",
  async (isBinary) => {
    let given: AbortSignal | undefined;
    await using served = await serveProcesses({ exec: (signal) => sleep((given = signal)) });
    const client = openProcessClient({ ...served, isBinary, headers: { "connect-timeout-ms": "50" } });
    await expect(readEvents(client.start(SLEEP))).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    expect(given?.aborted).toBe(true);
  },
);

test("a process that its deadline has ended in the guest is told as that", async () => {
  await using served = await serveProcesses({
    exec: () => tell(START, { ...EXIT, exitCode: null, signal: "SIGTERM", timedOut: true }),
  });
  const outcome = readEvents(openProcessClient(served).start(SLEEP));
  await expect(outcome).rejects.toMatchObject({ code: Code.DeadlineExceeded });
});

/** Says more than a client takes that does not read. */
async function* flood(signal: AbortSignal): AsyncGenerator<GuestProcessEvent> {
  yield START;
  while (!signal.aborted) yield say("x".repeat(65_536));
  throw new ForkdError("cancelled", { stage: "running a command" });
}

test.each([
  ["silent", sleep],
  ["in full flood", flood],
])("a client that leaves a command that is %s is let go", async (_, talk) => {
  let given: AbortSignal | undefined;
  await using served = await serveProcesses({ exec: (signal) => talk((given = signal)) });
  const gone = new AbortController();
  const stream = openProcessClient(served).start(SLEEP, { signal: gone.signal });
  await stream[Symbol.asyncIterator]().next();
  gone.abort();
  await expect.poll(() => given?.aborted).toBe(true);
});

test("a message that is too long is refused, and what its guest could not have said is an error", async () => {
  const agent = { listProcesses: async () => [running({ pid: -1 })], writeStdin: async () => {} };
  await using served = await serveProcesses({ agent, exec: () => tell({ ...START, pid: 2 ** 40 }) });
  const client = openProcessClient(served);
  const input = { input: { case: "stdin" as const, value: new Uint8Array(17 * 1024 * 1024) } };
  await expect(client.sendInput({ ...byPid(7), input })).rejects.toMatchObject({
    code: Code.ResourceExhausted,
  });
  await expect(readEvents(client.start(SLEEP))).rejects.toMatchObject({ code: Code.Internal });
});
