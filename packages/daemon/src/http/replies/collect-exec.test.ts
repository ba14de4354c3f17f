import type { GuestProcessEvent } from "@forkd/core";
import { expect, test } from "vitest";
import { collectExec, startExec } from "./collect-exec.ts";

const exit = { type: "exit", exitCode: 0, signal: null, timedOut: false, durationMs: 1 } as const;

async function* events(...list: GuestProcessEvent[]): AsyncGenerator<GuestProcessEvent> {
  yield* list;
}

test("joins output that was cut inside of a character", async () => {
  const [first, second] = [Buffer.from("é").subarray(0, 1), Buffer.from("é").subarray(1)];
  const stream = events({ type: "stdout", data: first }, { type: "stdout", data: second }, exit);
  expect(await collectExec(stream, 100)).toMatchObject({ stdout: "é", truncated: false });
});

test("keeps at most the limit of each stream, and says that it cut", async () => {
  const stream = events(
    { type: "stdout", data: Buffer.alloc(10, "a") },
    { type: "stderr", data: Buffer.from("bb") },
    exit,
  );
  expect(await collectExec(stream, 4)).toMatchObject({ stdout: "aaaa", stderr: "bb", truncated: true });
});

test.each([
  [{ exitCode: 3 }, 3],
  [{ exitCode: null, signal: "SIGKILL" }, 137],
  [{ exitCode: null, signal: "SIGKILL", timedOut: true }, 124],
])("gives %o the status %i", async (change, status) => {
  expect(await collectExec(events({ ...exit, ...change }), 1)).toMatchObject({ exit_code: status });
});

test("of a detached command tells that it runs, and reads no further", async () => {
  let isReleased = false;
  async function* endless(): AsyncGenerator<GuestProcessEvent> {
    try {
      yield { type: "start", pid: 7, dropped: 0 };
      yield await new Promise<never>(() => {});
    } finally {
      isReleased = true;
    }
  }
  expect(await startExec(endless())).toMatchObject({ pid: 7, running: true, stdout: "" });
  expect(isReleased).toBe(true);
});

test("refuses output that ends without an exit", async () => {
  await expect(collectExec(events({ type: "start", pid: 1, dropped: 0 }), 1)).rejects.toMatchObject({
    code: "agent_protocol",
  });
});

test("gives a piece of a lossless command's output with where the next begins", async () => {
  const stream = events({ type: "stdout", data: Buffer.from("a") }, { type: "more", offset: 9 });
  expect(await collectExec(stream, 100)).toMatchObject({ stdout: "a", running: true, next_offset: 9 });
});
