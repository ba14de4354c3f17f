import { setTimeout as delay } from "node:timers/promises";
import { once } from "node:events";
import { get } from "node:http";
import type { IncomingMessage } from "node:http";
import { AuthenticationError, Sandbox, SandboxError } from "e2b";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";

let e2b: E2bDaemon;

beforeAll(async () => {
  e2b = await startForE2b("e2b-control");
});
afterAll(() => e2b[Symbol.asyncDispose]());

type CreateOptions = NonNullable<Parameters<typeof Sandbox.create>[1]>;

async function create(opts: CreateOptions = {}): Promise<Sandbox & AsyncDisposable> {
  const sandbox = await Sandbox.create(PARENT, { ...e2b.options, ...opts });
  return Object.assign(sandbox, { [Symbol.asyncDispose]: async () => void (await sandbox.kill()) });
}

/** A call of the control plane as it stands. */
async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; told: unknown }> {
  const answer = await fetch(`${e2b.baseUrl}${path}`, {
    method,
    headers: { "x-api-key": e2b.options.apiKey, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, told: text === "" ? undefined : JSON.parse(text) };
}

/** What a port answers by its host name, which the resolver of this process need not know. */
async function statusOf(host: string, headers: Record<string, string>): Promise<number | undefined> {
  const { hostname, port } = new URL(e2b.baseUrl);
  const request = get({ hostname, port, path: "/hostname", headers: { host, ...headers } });
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}

test("a sandbox is made from a tag, looked at, and ended", async () => {
  const sandbox = await create({
    metadata: { job: "one & only", "by/whom": "me=you" },
    envs: { COLOUR: "blue" },
    timeoutMs: 90_000,
  });
  expect(await sandbox.isRunning()).toBe(true);
  const info = await sandbox.getInfo();
  expect(info).toMatchObject({
    sandboxId: sandbox.sandboxId,
    templateId: PARENT,
    name: PARENT,
    metadata: { job: "one & only", "by/whom": "me=you" },
    state: "running",
    cpuCount: 1,
    allowInternetAccess: false,
    lifecycle: { onTimeout: "kill", autoResume: false },
  });
  const left = info.endAt.getTime() - Date.now();
  expect(left).toBeGreaterThan(30_000);
  expect(left).toBeLessThanOrEqual(91_000);
  const ours = e2b.daemon.forkd.sandboxes.at(sandbox.sandboxId);
  expect((await ours.run("echo $COLOUR")).stdout.trim()).toBe("blue");
  expect(await sandbox.kill()).toBe(true);
  expect(await Sandbox.kill(sandbox.sandboxId, e2b.options)).toBe(false);
  expect(await sandbox.isRunning()).toBe(false);
  await expect(Sandbox.getInfo(sandbox.sandboxId, e2b.options)).rejects.toMatchObject({
    name: "SandboxNotFoundError",
  });
});

test("sandboxes are listed by what they are of, in pages, the newest first", async () => {
  await using one = await create({ metadata: { run: "a b" } });
  // What began in the same second is in no order.
  await delay(1000 - (Date.now() % 1000));
  await using two = await create({ metadata: { run: "a b", n: "2" } });
  await using other = await create({ metadata: { run: "c" } });
  const listOf = async (opts: Parameters<typeof Sandbox.list>[0]): Promise<string[]> => {
    const pages = Sandbox.list({ ...e2b.options, ...opts });
    const found: string[] = [];
    while (pages.hasNext) found.push(...(await pages.nextItems()).map(({ sandboxId }) => sandboxId));
    return found;
  };
  const wanted = { query: { metadata: { run: "a b" } } };
  expect(await listOf({ ...wanted, limit: 1, order: "asc" })).toEqual([one.sandboxId, two.sandboxId]);
  expect((await listOf({ ...wanted, limit: 1 })).toSorted()).toEqual(
    [one.sandboxId, two.sandboxId].toSorted(),
  );
  expect(await listOf({ query: { metadata: { run: "a b", n: "2" } } })).toEqual([two.sandboxId]);
  expect(await listOf({ query: { template: "none-such" } })).toEqual([]);
  expect(await listOf({ query: { startedAfter: new Date(Date.now() + 60_000) } })).toEqual([]);
  await two.pause();
  expect(await listOf({ ...wanted, query: { ...wanted.query, state: ["paused"] } })).toEqual([two.sandboxId]);
  expect(await listOf({ query: { state: ["running"] } })).toEqual(
    expect.arrayContaining([one.sandboxId, other.sandboxId]),
  );
});

test("a sandbox is paused, connected to and told how long it lives", async () => {
  await using sandbox = await create({ timeoutMs: 60_000 });
  const ours = e2b.daemon.forkd.sandboxes.at(sandbox.sandboxId);
  await ours.eval("kept = 41", { mode: "run" });
  expect(await sandbox.pause()).toBe(true);
  expect(await sandbox.pause()).toBe(false);
  expect((await sandbox.getInfo()).state).toBe("paused");
  expect(await sandbox.isRunning()).toBe(false);
  const again = await Sandbox.connect(sandbox.sandboxId, { ...e2b.options, timeoutMs: 300_000 });
  expect(await again.isRunning()).toBe(true);
  expect((await ours.eval("kept + 1")).result).toBe("42");
  const { endAt } = await again.getInfo();
  expect(endAt.getTime() - Date.now()).toBeGreaterThan(200_000);
  await again.connect({ timeoutMs: 10_000 });
  expect((await again.getInfo()).endAt).toEqual(endAt);
  await again.setTimeout(600_000);
  expect((await again.getInfo()).endAt.getTime() - Date.now()).toBeGreaterThan(500_000);
  await again.setTimeout(0);
  await expect.poll(() => again.isRunning()).toBe(false);
});

test("a pause that wants a guest that answers leaves one that does not", async () => {
  await using sandbox = await create();
  const pause = () => call("POST", `/sandboxes/${sandbox.sandboxId}/pause`, { requireHealthyGuest: true });
  const { pid } = await e2b.daemon.forkd.sandboxes.at(sandbox.sandboxId).refresh();
  process.kill(pid!, "SIGSTOP");
  expect(await pause()).toMatchObject({ status: 504 });
  process.kill(pid!, "SIGCONT");
  expect(await sandbox.isRunning()).toBe(true);
  expect(await pause()).toMatchObject({ status: 204 });
});

test("its time over, a sandbox is paused, where that was said", async () => {
  await using sandbox = await create({
    timeoutMs: 1000,
    lifecycle: { onTimeout: "pause", autoResume: true },
  });
  expect((await sandbox.getInfo()).lifecycle).toEqual({ onTimeout: "pause", autoResume: true });
  await expect.poll(async () => (await sandbox.getInfo()).state).toBe("paused");
  await Sandbox.connect(sandbox.sandboxId, { ...e2b.options, timeoutMs: 60_000 });
  expect((await sandbox.getInfo()).state).toBe("running");
});

test("a running sandbox is forked, and the forks are sandboxes", async () => {
  await using sandbox = await create({ metadata: { of: "fork" } });
  await e2b.daemon.forkd.sandboxes.at(sandbox.sandboxId).eval("kept = 7", { mode: "run" });
  const forks = await sandbox.fork({ count: 2, timeoutMs: 60_000 });
  for (const fork of forks) {
    if (fork instanceof Error) throw fork;
    expect(await fork.isRunning()).toBe(true);
    expect((await fork.getInfo()).metadata).toEqual({ of: "fork" });
    expect((await e2b.daemon.forkd.sandboxes.at(fork.sandboxId).eval("kept")).result).toBe("7");
    await fork.kill();
  }
  expect(forks).toHaveLength(2);
  await expect(Sandbox.fork("sb_0000000000000000", e2b.options)).rejects.toMatchObject({
    name: "SandboxNotFoundError",
  });
});

test("a snapshot of a sandbox is a template, until it is deleted", async () => {
  await using sandbox = await create();
  await e2b.daemon.forkd.sandboxes.at(sandbox.sandboxId).eval("kept = 'x'", { mode: "run" });
  const { snapshotId, names } = await sandbox.createSnapshot({ name: "e2b-kept" });
  expect({ snapshotId, names }).toEqual({ snapshotId: "e2b-kept", names: ["e2b-kept"] });
  const listed = Sandbox.listSnapshots({ ...e2b.options, sandboxId: sandbox.sandboxId });
  expect(await listed.nextItems()).toEqual([{ snapshotId, names }]);
  const child = await Sandbox.create(snapshotId, e2b.options);
  expect((await e2b.daemon.forkd.sandboxes.at(child.sandboxId).eval("kept")).result).toBe("'x'");
  await child.kill();
  expect(await Sandbox.deleteSnapshot(snapshotId, e2b.options)).toBe(true);
  expect(await Sandbox.deleteSnapshot(snapshotId, e2b.options)).toBe(false);
});

test("what a sandbox uses is told", async () => {
  await using sandbox = await create();
  const metrics = await sandbox.getMetrics();
  expect(metrics.at(-1)).toMatchObject({ cpuCount: 1, memTotal: expect.any(Number) as number });
  expect(metrics.at(-1)!.memUsed).toBeGreaterThan(1024 ** 2);
  expect(metrics.at(-1)!.memUsed).toBeLessThan(metrics.at(-1)!.memTotal);
  expect(await sandbox.getMetrics({ end: new Date(0) })).toEqual([]);
});

test("a port of a program is for who knows its name, or for who has the traffic token alone", async () => {
  for (const allowPublicTraffic of [undefined, false]) {
    await using sandbox = await create(
      allowPublicTraffic === undefined ? {} : { network: { allowPublicTraffic } },
    );
    const ours = e2b.daemon.forkd.sandboxes.at(sandbox.sandboxId);
    await ours.spawn(["sh", "-c", "cd /etc && exec python3 -m http.server 8000"]);
    await ours.waitForPort(8000);
    const host = sandbox.getHost(8000);
    expect(host).toMatch(new RegExp(`^8000-${sandbox.sandboxId}\\.localhost:\\d+$`));
    expect(await statusOf(host, {})).toBe(allowPublicTraffic === false ? 401 : 200);
    expect(await statusOf(host, { "e2b-traffic-access-token": "0".repeat(64) })).toBe(401);
    expect(await statusOf(host, { "e2b-traffic-access-token": sandbox.trafficAccessToken ?? "" })).toBe(200);
    const byPath = `${e2b.baseUrl}/v1/sandboxes/${sandbox.sandboxId}/ports/8000/proxy/hostname`;
    expect((await fetch(byPath)).status).toBe(401);
  }
});

test("what cannot be made is refused by name, and nothing is made", async () => {
  const count = async (): Promise<number> => (await e2b.daemon.forkd.sandboxes.list()).length;
  const before = await count();
  for (const [opts, why] of [
    [{ metadata: { "a\nb": "c" } }, "metadata"],
    [{ envs: { "A=B": "c" } }, "envVars"],
  ] as const) {
    const made = Sandbox.create(PARENT, { ...e2b.options, ...opts });
    await expect(made).rejects.toThrow(SandboxError);
    await expect(made).rejects.toThrow(why);
  }
  await expect(Sandbox.create("no-such-tag", e2b.options)).rejects.toThrow(
    "there is no snapshot no-such-tag",
  );
  await expect(Sandbox.create("../etc", e2b.options)).rejects.toThrow("400");
  await expect(Sandbox.create(PARENT, { ...e2b.options, apiKey: `e2b_${"0".repeat(40)}` })).rejects.toThrow(
    AuthenticationError,
  );
  expect(await count()).toBe(before);
});

test("fields that nobody knows change nothing, and those that are wrong are named", async () => {
  const made = await call("POST", "/sandboxes", { templateID: `${PARENT}:default`, secure: true, later: 1 });
  expect(made).toMatchObject({ status: 201, told: { templateID: PARENT } });
  const { sandboxID } = made.told as { sandboxID: string };
  expect(await call("POST", `/sandboxes/${sandboxID}/timeout`, { timeout: -1 })).toMatchObject({
    status: 400,
    told: { code: 400, message: expect.stringContaining("timeout") as string },
  });
  expect(await call("POST", `/sandboxes/${sandboxID}/fork`, { count: 101 })).toMatchObject({ status: 400 });
  expect(await call("GET", "/v2/sandboxes?nextToken=!!")).toMatchObject({ status: 400 });
  expect(await call("DELETE", `/sandboxes/${sandboxID}`)).toMatchObject({ status: 204 });
});
