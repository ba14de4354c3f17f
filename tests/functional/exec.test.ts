import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { ExecEvent, ExecOptions, Sandbox } from "@forkd/sdk";
import { expect, test } from "vitest";
import { useChild } from "../harness/one-child.ts";

const used = useChild();

/** Collects a stream's output as text, and its exit. */
async function collect(
  events: AsyncIterable<ExecEvent>,
): Promise<{ text: string; exit: ExecEvent | undefined }> {
  let text = "";
  let exit: ExecEvent | undefined;
  for await (const event of events) {
    if (event.type === "exit") exit = event;
    else if (event.type !== "start") text += Buffer.from(event.data).toString();
  }
  return { text, exit };
}

/** A request without the SDK, as any HTTP client sends it. */
async function fetchExec(args: string[], options: object): Promise<{ pid: number; running: boolean }> {
  const path = `/v1/sandboxes/${used.child.id}/exec`;
  const sent = request({
    ...used.daemon.address,
    path,
    method: "POST",
    headers: { "content-type": "application/json" },
  });
  sent.end(JSON.stringify({ args, ...options }));
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return (await json(response)) as { pid: number; running: boolean };
}

async function isRunning(child: Sandbox, pattern: string): Promise<boolean> {
  const { stdout } = await child.run(
    `for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline 2>/dev/null; echo; done`,
  );
  return stdout.split("\n").some((line) => line.includes(pattern) && !line.includes("cmdline"));
}

test("keeps stdout, stderr and the status apart", async () => {
  const result = await used.child.run("echo out; echo err >&2; exit 3");
  expect(result).toMatchObject({
    stdout: "out\n",
    stderr: "err\n",
    exitCode: 3,
    signal: null,
    timedOut: false,
  });
});

test.each<[string, ExecOptions, string]>([
  ["the environment", { env: { GREETING: "hello world" } }, "hello world"],
  ["the working directory", { cwd: "/usr/lib" }, "/usr/lib"],
  ["the user", { user: "nobody" }, "nobody"],
  ["text for standard input", { stdin: "given\n" }, "given"],
])("applies %s", async (_what, options, expected) => {
  const { stdout } = await used.child.run('echo "$GREETING"; pwd; id -un; cat', options);
  expect(stdout.split("\n")).toContain(expected);
});

test("says which signal ended a command", async () => {
  expect(await used.child.run("kill -SEGV $$")).toMatchObject({ signal: "SIGSEGV", exitCode: 139 });
});

test("says that a command is not there", async () => {
  await expect(used.child.exec(["no-such-command"])).rejects.toMatchObject({
    code: "command_not_found",
    status: 422,
  });
});

test("ends a command that ignores SIGTERM after its time-out, with its whole group", async () => {
  const line = "trap '' TERM; (trap '' TERM; sleep 1234) & sleep 1234";
  expect(await used.child.run(line, { timeoutSecs: 1 })).toMatchObject({ timedOut: true, exitCode: 124 });
  expect(await isRunning(used.child, "sleep 1234")).toBe(false);
});

test("streams output as it comes", async () => {
  const line = "echo a; until [ -e /run/first-seen ]; do sleep 0.1; done; echo b";
  let output = "";
  for await (const event of used.child.execStream(["sh", "-c", line])) {
    if (event.type !== "stdout") continue;
    if (output === "") await used.child.run("touch /run/first-seen");
    output += Buffer.from(event.data).toString();
  }
  expect(output).toBe("a\nb\n");
});

test("cuts output without end in a collected reply, and the machine goes on", async () => {
  const result = await used.child.run("yes", { timeoutSecs: 2, maxOutputBytes: 1000 });
  expect(result).toMatchObject({ truncated: true, timedOut: true });
  expect(result.stdout).toHaveLength(1000);
  expect((await used.child.run("echo fine")).stdout).toBe("fine\n");
});

test("kills a command whose reader goes away", async () => {
  for await (const event of used.child.execStream(["sh", "-c", "echo up; sleep 4321"])) {
    if (event.type === "stdout") break;
  }
  await expect.poll(() => isRunning(used.child, "sleep 4321")).toBe(false);
});

test("leaves a detached command running, to be re-attached to", async () => {
  let pid = 0;
  for await (const event of used.child.execStream(["sh", "-c", "echo early; sleep 2; echo late"], {
    detach: true,
  })) {
    if (event.type === "start") pid = event.pid;
    if (event.type === "stdout") break;
  }
  await delay(200);
  const { text, exit } = await collect(used.child.attach(pid));
  expect(text).toBe("early\nlate\n");
  expect(exit).toMatchObject({ exitCode: 0 });
});

test("answers a detached command as soon as it runs, and lets it run", async () => {
  const reply = await fetchExec(["sh", "-c", "sleep 5678"], { detach: true });
  expect(reply).toMatchObject({ running: true, timed_out: false });
  expect(await isRunning(used.child, "sleep 5678")).toBe(true);
  await used.child.process(reply.pid).kill();
});

test("gives a handle on a command that runs by itself", async () => {
  const spawned = await used.child.spawn(["sh", "-c", "echo up; read line; echo got $line; exit 3"], {
    stdinStream: true,
  });
  const output: string[] = [];
  for await (const { data } of spawned.output()) {
    output.push(Buffer.from(data).toString());
    if (output.length === 1) await spawned.writeStdin("this\n");
  }
  expect(output.join("")).toBe("up\ngot this\n");
  expect(await used.child.process(spawned.pid).wait()).toMatchObject({ exitCode: 3, timedOut: false });
  await spawned.kill();
});

test("ends a spawned command with its handle, and lets a detached one go on", async () => {
  const stubborn = "trap '' TERM; while :; do sleep 0.1; done #";
  let left = 0;
  {
    await using _ended = await used.child.spawn(["sh", "-c", `${stubborn} ended-with-handle`]);
    await using detached = await used.child.spawn(["sleep", "8765"]);
    left = detached.detach();
  }
  expect(await isRunning(used.child, "ended-with-handle")).toBe(false);
  expect(await isRunning(used.child, "sleep 8765")).toBe(true);
  await used.child.process(left).kill();
  expect(await used.child.process(left).wait()).toMatchObject({ signal: "SIGTERM" });
});

test("feeds standard input as it comes, and ends it", async () => {
  const output: string[] = [];
  for await (const event of used.child.execStream(["sort"], { stdinStream: true })) {
    if (event.type === "start") await used.child.writeStdin(event.pid, "b\na\n");
    if (event.type === "stdout") output.push(Buffer.from(event.data).toString());
  }
  expect(output.join("")).toBe("a\nb\n");
});

test("gives a real terminal, with its size", async () => {
  const line = "test -t 0 && test -t 1 && stty size";
  const { text } = await collect(used.child.execStream(["sh", "-c", line], { pty: { cols: 97, rows: 31 } }));
  expect(text.trim()).toBe("31 97");
});

test("passes a signal on", async () => {
  const line = "trap 'echo caught; exit 7' USR1; echo up; while :; do sleep 0.1; done";
  let exit: ExecEvent | undefined;
  let pid = 0;
  let output = "";
  for await (const event of used.child.execStream(["sh", "-c", line])) {
    if (event.type === "start") pid = event.pid;
    if (event.type === "stdout" && output === "") await used.child.signal(pid, "SIGUSR1", { group: false });
    if (event.type === "stdout") output += Buffer.from(event.data).toString();
    if (event.type === "exit") exit = event;
  }
  expect(output).toBe("up\ncaught\n");
  expect(exit).toMatchObject({ exitCode: 7 });
});

test("reaps orphans: nothing is left as a zombie", async () => {
  await used.child.run("for i in 1 2 3 4 5; do (sh -c 'sleep 0.2 &' &); done; sleep 1");
  const line = "grep -l '^State:.*Z' /proc/[0-9]*/status 2>/dev/null | wc -l";
  // What ends just now is one for a moment.
  await expect.poll(async () => (await used.child.run(line)).stdout.trim()).toBe("0");
});

test("carries bytes that are no text", async () => {
  const chunks: Uint8Array[] = [];
  for await (const event of used.child.execStream(["printf", "\\377\\000\\376"])) {
    if (event.type === "stdout") chunks.push(event.data);
  }
  expect(Buffer.concat(chunks)).toEqual(Buffer.from([255, 0, 254]));
});
