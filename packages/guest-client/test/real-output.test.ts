import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { GuestProcessEvent } from "@forkd/core";
import { expect, it } from "vitest";
import { finish, shell, untilOutput } from "./commands.ts";
import { calm, connectAgent, failureOf } from "./dial.ts";
import { OWN_USER, useAgent } from "./use-agent.ts";

const use = useAgent();

/** Starts a command that goes on by itself, and gives its pid. */
async function start(script: string, more: Parameters<typeof shell>[1] = {}): Promise<number> {
  for await (const event of use.agent.exec(shell(script, { detach: true, ...more }), calm))
    if (event.type === "start") return event.pid;
  throw new Error("the command did not start");
}

/** Takes up to so many bytes of a command's output from an offset on; `last` is how its stream ended, if it did. */
async function take(pid: number, fromOffset: number, most: number) {
  const data: Buffer[] = [];
  let taken = 0;
  let last: GuestProcessEvent | undefined;
  for await (const event of use.agent.attach({ pid, fromOffset }, calm)) {
    if (event.type === "start") continue;
    if (!("data" in event)) last = event;
    else {
      const part = event.data.subarray(0, most - taken);
      data.push(Buffer.from(part));
      taken += part.length;
      if (taken === most) break;
    }
  }
  return { bytes: Buffer.concat(data), last };
}

it("goes on with a command's output where an earlier reader left off", async () => {
  const pid = await start("printf abc; printf def >&2; sleep 0.3; printf ghi");
  const { bytes } = await take(pid, 0, 4);
  expect(bytes.toString()).toBe("abcd");
  const { stdout, stderr } = await finish(use.agent.attach({ pid, fromOffset: 4 }, calm));
  expect({ stdout, stderr }).toEqual({ stdout: "ghi", stderr: "ef" });
});

it("says what is lost when the ring was overrun", async () => {
  const pid = await start("head -c 1000000 /dev/zero");
  await finish(use.agent.attach({ pid }, calm));
  const [first] = await Array.fromAsync(use.agent.attach({ pid }, calm));
  const kept = 1_000_000 - 256 * 1024;
  expect(first).toEqual({ type: "start", pid, dropped: kept, offset: kept });
  const failure = await failureOf(take(pid, 10, 1));
  expect(failure).toMatchObject({
    code: "output_lost",
    message: expect.stringContaining(`${kept - 10} bytes`),
  });
});

it("refuses to begin behind what was written", async () => {
  const pid = await start("printf abc");
  await finish(use.agent.attach({ pid }, calm));
  expect(await failureOf(take(pid, 4, 1))).toMatchObject({ code: "guest_refused" });
  expect((await finish(use.agent.attach({ pid, fromOffset: 3 }, calm))).stdout).toBe("");
});

it("keeps all output of a lossless command for readers that come, leave and lose their connection", async () => {
  const pid = await start("seq 1 1000000", { lossless: true, timeoutMs: 0 });
  const hash = createHash("sha256");
  let offset = 0;
  let last: GuestProcessEvent | undefined;
  for (let turn = 0; last?.type !== "exit"; turn++) {
    if (turn % 7 === 3) {
      await use.agent[Symbol.asyncDispose]();
      use.agent = await connectAgent(use.fixture);
    }
    const taken = await take(pid, offset, turn % 2 === 0 ? 50_000 : Infinity);
    hash.update(taken.bytes);
    offset += taken.bytes.length;
    ({ last } = taken);
    expect(last?.type === "more" ? last.offset : offset).toBe(offset);
  }
  const whole = createHash("sha256");
  for (let line = 1; line <= 1_000_000; line++) whole.update(`${line}\n`);
  expect(hash.digest("hex")).toBe(whole.digest("hex"));
});

// Of 64 KiB each, four fit into the ring and one into the pipe.
it("has a lossless command wait for its reader, who may begin where the last piece began", async () => {
  const counter = join(use.fixture.directory, "lossless");
  const script = `i=0; while [ $i -lt 100 ]; do head -c 65536 /dev/zero; i=$((i+1)); echo $i > ${counter}; done`;
  const pid = await start(script, { lossless: true, timeoutMs: 0 });
  await expect.poll(() => readFile(counter, "utf8")).toBe("5\n");
  await sleep(100);
  expect(await readFile(counter, "utf8")).toBe("5\n");
  for (let times = 0; times < 3; times++)
    expect((await take(pid, 0, Infinity)).last).toEqual({ type: "more", offset: 128 * 1024 });
  expect((await take(pid, 128 * 1024, 1)).bytes).toHaveLength(1);
  await expect.poll(() => readFile(counter, "utf8")).toBe("7\n");
  expect(await failureOf(take(pid, 0, 1))).toMatchObject({ code: "output_lost" });
  await use.agent.signal(pid, "SIGKILL", true, calm);
});

it("tells that a command has ended without taking its output", async () => {
  const pid = await start("printf whole; exit 4", { lossless: true });
  expect(await use.agent.waitForProcess(pid, calm)).toMatchObject({ exitCode: 4, signal: null });
  expect(await use.agent.waitForProcess(pid, calm)).toMatchObject({ exitCode: 4 });
  expect((await finish(use.agent.attach({ pid }, calm))).stdout).toBe("whole");
  expect(await failureOf(use.agent.waitForProcess(4_000_000, calm))).toMatchObject({
    code: "guest_process_not_found",
  });
});

it("gives up waiting for a command when its caller does", async () => {
  const pid = await start("sleep 64");
  const controller = new AbortController();
  const waiting = failureOf(use.agent.waitForProcess(pid, controller));
  controller.abort();
  expect(await waiting).toMatchObject({ code: "cancelled" });
  await use.agent.signal(pid, "SIGKILL", true, calm);
  expect(await use.agent.waitForProcess(pid, calm)).toMatchObject({ signal: "SIGKILL" });
});

it("feeds standard input in parts, and ends it with the last", async () => {
  const events = use.agent.exec(shell("cat; echo end", { stdin: "stream" }), calm)[Symbol.asyncIterator]();
  const { value } = await events.next();
  const { pid } = value as { pid: number };
  await use.agent.writeStdin({ pid, more: true }, Readable.from([Buffer.from("a\n")]), calm);
  expect(await untilOutput(events)).toBe(0);
  await use.agent.writeStdin({ pid, more: true }, Readable.from([]), calm);
  await use.agent.writeStdin({ pid }, Readable.from([Buffer.from("b\n")]), calm);
  const rest = { [Symbol.asyncIterator]: () => events };
  expect((await finish(rest)).stdout).toBe("b\nend\n");
});

it("tells of each command who runs it where, since when, and what it wrote", async () => {
  const before = Date.now();
  const pid = await start("printf 12345", { cwd: "/tmp", lossless: true });
  await use.agent.waitForProcess(pid, calm);
  await expect
    .poll(async () => (await use.agent.listProcesses(calm)).find((one) => one.pid === pid))
    .toMatchObject({ user: OWN_USER, cwd: "/tmp", pty: false, lossless: true, outputBytes: 5 });
  const told = (await use.agent.listProcesses(calm)).find((one) => one.pid === pid);
  expect(told?.startedAtUnixMs).toBeGreaterThanOrEqual(before - 1);
  expect(told?.startedAtUnixMs).toBeLessThanOrEqual(Date.now());
});

it("ends a piece early when a lossless command changes between its streams more often than is kept", async () => {
  // Each of its writes is read before the next comes.
  const script = "import os,time\nfor i in range(5000): os.write(1 + i % 2, b'x'); time.sleep(0.0002)";
  const pid = await start(`python3 -c "${script}"`, { lossless: true, timeoutMs: 0 });
  let offset = 0;
  let last: GuestProcessEvent | undefined;
  while (last?.type !== "exit") {
    const taken = await take(pid, offset, Infinity);
    offset += taken.bytes.length;
    ({ last } = taken);
  }
  expect(offset).toBe(5000);
});
