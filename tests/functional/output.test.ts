import { createHash } from "node:crypto";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { isForkdApiError } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { useChild } from "../harness/one-child.ts";

const used = useChild();
const MIB = 1024 * 1024;

/** What a command gives that writes numbers, as many bytes of them. */
const numbers = (bytes: number): string[] => ["sh", "-c", `seq 1 99999999 | head -c ${bytes}`];

/** Reads output until it ends or `most` bytes are over, and gives where the next reader begins. */
async function readPart(
  child: Sandbox,
  { pid, from, most }: { pid: number; from: number; most: number },
  onData: (data: Uint8Array) => void,
): Promise<{ next: number; isOver: boolean }> {
  let next = from;
  for await (const event of child.attach(pid, { fromOffset: from })) {
    if (event.type === "exit") return { next, isOver: true };
    if (event.type === "start") continue;
    onData(event.data);
    next = event.nextOffset ?? 0;
    if (next - from >= most) break;
  }
  return { next, isOver: false };
}

test("output of a lossless command is left and taken up again without a lost byte", async () => {
  const { pid } = await used.child.spawn(numbers(12 * MIB), { lossless: true });
  const taken = createHash("sha256");
  let from = 0;
  for (let isOver = false; !isOver;) {
    const part = { pid, from, most: 700_000 };
    ({ next: from, isOver } = await readPart(used.child, part, (data) => taken.update(data)));
  }
  expect(from).toBe(12 * MIB);
  const { stdout } = await used.child.run(`seq 1 99999999 | head -c ${12 * MIB} | sha256sum`);
  expect(taken.digest("hex")).toBe(stdout.slice(0, 64));
});

test("a reader that comes back too late is told how much is lost, and one who asks for all gets what is kept", async () => {
  const { pid } = await used.child.spawn(numbers(MIB));
  const written = async () => (await used.child.processes()).find((one) => one.pid === pid)?.outputBytes;
  await expect.poll(written).toBe(MIB);
  const late = Array.fromAsync(used.child.attach(pid, { fromOffset: 100 }));
  await expect(late).rejects.toMatchObject({
    code: "output_lost",
    details: { pid, from: 100, kept_from: MIB - 256 * 1024 },
  });
  const [start] = await Array.fromAsync(used.child.attach(pid));
  expect(start).toMatchObject({ dropped: MIB - 256 * 1024, offset: MIB - 256 * 1024 });
});

test("a piece of lossless output is one reply, and says where the next begins", async () => {
  const { pid } = await used.child.spawn(numbers(200_000), { lossless: true });
  const replies = [];
  for (let from: number | null = 0; from !== null; from = replies.at(-1)!.next_offset)
    replies.push(await fetchOutput(pid, from));
  expect(replies.map(({ running, next_offset: next }) => [running, next])).toEqual([
    [true, 128 * 1024],
    [false, null],
  ]);
  expect(replies.map(({ stdout }) => stdout).join("")).toHaveLength(200_000);
});

async function fetchOutput(pid: number, from: number) {
  const path = `/v1/sandboxes/${used.child.id}/processes/${pid}/output?from_offset=${from}`;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request({ ...used.daemon.address, path }, resolve)
    .on("error", reject)
    .end();
  return (await json(await promise)) as {
    stdout: string;
    running: boolean;
    next_offset: number | null;
  };
}

test("standard input is fed in parts", async () => {
  await using cat = await used.child.spawn(["cat"], { stdinStream: true });
  for (const part of ["one ", "two "]) await cat.writeStdin(part, { more: true });
  await cat.writeStdin("three");
  const output = await Array.fromAsync(cat.output());
  expect(output.map(({ data }) => Buffer.from(data).toString()).join("")).toBe("one two three");
});

test("commands are listed with their user, directory and output", async () => {
  const { pid } = await used.child.spawn(["sh", "-c", "printf 123"], { user: "nobody", cwd: "/tmp" });
  expect(await used.child.waitFor(pid)).toMatchObject({ exitCode: 0 });
  const listed = (await used.child.processes()).find((one) => one.pid === pid);
  expect(listed).toMatchObject({ user: "nobody", cwd: "/tmp", pty: false, lossless: false, outputBytes: 3 });
});

test("who waits for a command or its output hears that its machine was ended", async () => {
  const child = await forkOne(used.daemon);
  const { pid } = await child.spawn(["sh", "-c", "echo up; sleep 600"], { lossless: true });
  const failures = [child.waitFor(pid), Array.fromAsync(child.attach(pid, { fromOffset: 0 }))].map((work) =>
    work.then(
      () => "none",
      (error: unknown) => (isForkdApiError(error) ? error.code : String(error)),
    ),
  );
  await child.kill();
  for (const code of await Promise.all(failures)) expect(code).toMatch(/^(sandbox_dead|sandbox_not_found)$/);
});
