import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { QmpClient } from "./client.ts";

const signal = AbortSignal.timeout(20_000);

/** QEMU itself, without a machine. */
function startQemu(): QmpClient {
  const argv =
    "-machine none -accel tcg,tb-size=1 -nodefaults -display none -S -chardev socket,id=m,fd=3 -mon chardev=m,mode=control";
  const child = spawn("qemu-system-x86_64", argv.split(" "), {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return new QmpClient(child.stdio[3] as Socket);
}

/** A client, and the far end of its stream to misbehave on. */
async function connectPair(): Promise<{ client: QmpClient; near: Socket; far: Socket }> {
  const directory = await mkdtempDisposable(join(tmpdir(), "forkd-qmp-"));
  onTestFinished(() => directory.remove());
  const server = createServer().listen(join(directory.path, "qmp.sock"));
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const near = connect(join(directory.path, "qmp.sock"));
  const [far] = (await once(server, "connection")) as [Socket];
  far.on("error", () => {}).resume();
  return { client: new QmpClient(near), near, far };
}

describe("QmpClient with QEMU", () => {
  it("runs commands that were sent before QEMU greeted", async () => {
    using qmp = startQemu();
    const [status, version] = await Promise.all([
      qmp.execute("query-status", {}, { signal }),
      qmp.execute("query-version", {}, { signal }),
    ]);
    expect(status).toMatchObject({ status: "prelaunch" });
    expect(version).toHaveProperty("qemu.major");
  });

  it("gives QEMU's reason for a command that it refuses", async () => {
    using qmp = startQemu();
    await expect(qmp.execute("no-such-command", {}, { signal })).rejects.toMatchObject({
      code: "vmm_failed",
      details: { command: "no-such-command", why: expect.stringContaining("has not been found") as string },
    });
  });

  it("hears of events", async () => {
    using qmp = startQemu();
    const resumed = qmp.waitForEvent("RESUME", { signal });
    await qmp.execute("cont", {}, { signal });
    await expect(resumed).resolves.toMatchObject({ name: "RESUME" });
  });

  it("rejects what waits when QEMU ends", async () => {
    using qmp = startQemu();
    const never = qmp.waitForEvent("NEVER", { signal });
    await qmp.execute("quit", {}, { signal });
    await expect(never).rejects.toMatchObject({ code: "vmm_failed" });
    await expect(qmp.execute("query-status", {}, { signal })).rejects.toMatchObject({ code: "vmm_failed" });
  });
});

/** Whether a stream keeps this process alive. */
function keepsAlive(stream: Socket): boolean {
  return (stream as unknown as { _handle: { hasRef(): boolean } })._handle.hasRef();
}

it("keeps our process alive while a command or an event is waited for, and no longer", async () => {
  const { client, near, far } = await connectPair();
  using _client = client;
  far.write('{"return": {}, "id": 0}\n');
  await expect.poll(() => keepsAlive(near)).toBe(false);
  const resumed = client.waitForEvent("RESUME", { signal });
  const continued = client.execute("cont", {}, { signal });
  far.write('{"return": {}, "id": 1}\n');
  await continued;
  expect(keepsAlive(near)).toBe(true);
  far.write('{"event": "RESUME"}\n');
  await resumed;
  expect(keepsAlive(near)).toBe(false);
});

describe("QmpClient with a peer that misbehaves", () => {
  it.each([
    ["a line without end", "x".repeat(1024 * 1024 + 1)],
    ["a line that is not JSON", "{]\n"],
    ["a message of no kind", "{}\n"],
    ["an error of no command", '{"error": {"desc": "no"}}\n'],
  ])("closes on %s and rejects the command that waits", async (_, bytes) => {
    const { client, far } = await connectPair();
    const answer = client.execute("stop", {}, { signal });
    far.write(bytes);
    await expect(answer).rejects.toMatchObject({ code: "vmm_failed", details: { command: "stop" } });
    await client.closed;
  });

  it("ignores an answer to a command that was cancelled", async () => {
    const { client, far } = await connectPair();
    const abort = new AbortController();
    const cancelled = client.execute("stop", {}, { signal: abort.signal });
    abort.abort();
    await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
    const later = client.execute("cont", {}, { signal });
    far.write('{"return": {}, "id": 1}\n{"error": {"desc": "late"}, "id": 1}\n{"return": 5, "id": 2}\n');
    await expect(later).resolves.toBe(5);
    client[Symbol.dispose]();
  });

  it("rejects at once where the stream has closed before the client was made", async () => {
    const child = spawn("true", { stdio: ["ignore", "inherit", "inherit", "pipe"] });
    const stream = child.stdio[3] as Socket;
    if (!stream.closed) await once(stream, "close");
    const client = new QmpClient(stream);
    await expect(client.execute("cont", {}, { signal })).rejects.toMatchObject({
      code: "vmm_failed",
      details: { why: "the monitor closed" },
    });
    await client.closed;
  });

  it("sends nothing for a signal that has fired", async () => {
    const { client } = await connectPair();
    await expect(client.execute("stop", {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "cancelled",
    });
    client[Symbol.dispose]();
  });
});
