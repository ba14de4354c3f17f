import { expect, expectTypeOf, test } from "vitest";
import { answerJson, answerLines, readBody, serveHttp } from "../test/http-fixture.ts";
import type { HttpFixture } from "../test/http-fixture.ts";
import { Controller, Forkd } from "./index.ts";
import type { BranchInfo, Job, Sandbox } from "./index.ts";

const ID = "sb_0123456789abcdef";

interface Recorded {
  readonly route: string;
  readonly body: unknown;
}

/** A daemon that notes what it is asked, and answers all of it alike. */
async function record(requests: Recorded[], kind: "json" | "progress", value: unknown): Promise<HttpFixture> {
  return await serveHttp("unix", async (request, response) => {
    const text = await readBody(request);
    const body = text === "" ? undefined : (JSON.parse(text) as unknown);
    requests.push({ route: `${request.method} ${request.url}`, body });
    if (kind === "json") answerJson(response, 200, value);
    else answerLines(response, [{ type: "result", result: value }]);
  });
}

test("a branch sends the wire's names, and tells what it cost", async () => {
  const requests: Recorded[] = [];
  await using server = await record(requests, "progress", {
    tag: "b",
    pause_ms: 1.5,
    phases: [{ name: "stop", ms: 1 }],
  });
  await using forkd = new Forkd({ baseUrl: server.url });
  const info = await forkd.sandboxes.at(ID).branch({ tag: "b", mode: "diff", parentTag: "py", wait: false });
  expect(info).toMatchObject({ pauseMs: 1.5, phases: [{ name: "stop", ms: 1 }] });
  const body = { tag: "b", mode: "diff", parent_tag: "py", wait: false };
  expect(requests).toEqual([{ route: `POST /v1/sandboxes/${ID}/branch`, body }]);
});

test("a group of several snapshots is forked by one request, and ended as one", async () => {
  const requests: Recorded[] = [];
  await using server = await record(requests, "progress", [{ id: ID }]);
  await using forkd = new Forkd({ baseUrl: server.url });
  {
    const members = [
      { name: "db", snapshotTag: "postgres" },
      { name: "web", snapshotTag: "py", liveFork: true },
    ];
    await using group = await forkd.sandboxes.forkGroup("shop", members);
    expect(group.map(({ id }) => id)).toEqual([ID]);
  }
  const asked = [
    { name: "db", snapshot_tag: "postgres" },
    { name: "web", snapshot_tag: "py", live_fork: true },
  ];
  expect(requests).toEqual([
    { route: "POST /v1/groups", body: { link: "shop", members: asked } },
    { route: `DELETE /v1/sandboxes/${ID}`, body: undefined },
  ]);
});

test("a fork of a running machine gives handles, which disposal ends", async () => {
  const requests: Recorded[] = [];
  await using server = await record(requests, "progress", [{ id: ID }]);
  await using forkd = new Forkd({ baseUrl: server.url });
  {
    await using children = await forkd.sandboxes.at(ID).fork({ n: 1, liveFork: true });
    expect(children.map(({ id }) => id)).toEqual([ID]);
  }
  expect(requests).toEqual([
    { route: `POST /v1/sandboxes/${ID}/fork`, body: { n: 1, live_fork: true } },
    { route: `DELETE /v1/sandboxes/${ID}`, body: undefined },
  ]);
});

test("each verb of a snapshot is its own route", async () => {
  const requests: Recorded[] = [];
  await using server = await record(requests, "progress", { tag: "x" });
  await using forkd = new Forkd({ baseUrl: server.url });
  await forkd.snapshots.compact("a/b", "c");
  await forkd.snapshots.pack("py", { output: "/p" });
  await forkd.snapshots.push("py", { destination: "r/py:1", plainHttp: true });
  await forkd.snapshots.pull({ source: "/p", requireSignature: ["/k"] });
  await forkd.snapshots.remove("py", { cascade: true });
  expect(requests).toEqual([
    { route: "POST /v1/snapshots/a%2Fb/compact", body: { to: "c" } },
    { route: "POST /v1/snapshots/py/pack", body: { output: "/p" } },
    { route: "POST /v1/snapshots/py/push", body: { destination: "r/py:1", plain_http: true } },
    { route: "POST /v1/snapshots/pull", body: { source: "/p", require_signature: ["/k"] } },
    { route: "DELETE /v1/snapshots/py?cascade=true", body: undefined },
  ]);
});

test("the tree, a snapshot's relatives and garbage are read in camel case", async () => {
  const requests: Recorded[] = [];
  await using server = await record(requests, "json", {
    dry_run: true,
    parent_tag: "a",
    snapshots: [{ memory_kind: "diff" }],
  });
  await using forkd = new Forkd({ baseUrl: server.url });
  expect(await forkd.tree()).toMatchObject({ snapshots: [{ memoryKind: "diff" }] });
  expect(await forkd.snapshots.detail("py")).toMatchObject({ parentTag: "a" });
  expect(await forkd.collectGarbage({ dryRun: true })).toMatchObject({ dryRun: true });
  expect(requests.map(({ route }) => route)).toEqual([
    "GET /v1/tree",
    "GET /v1/snapshots/py/info",
    "POST /v1/gc",
  ]);
  expect(requests[2]?.body).toEqual({ dry_run: true });
});

test("jobs are watched as they change, and leaving closes the connection", async () => {
  const { promise: dropped, resolve: drop } = Promise.withResolvers<void>();
  const error = { error: "full", code: "disk_full", hint: "", request_id: "r" };
  const running = { id: "job_1", status: "running", ended_at_unix: null, error: null };
  const failed = { ...running, status: "failed", ended_at_unix: 5, error };
  await using server = await serveHttp("unix", (request, response) => {
    if (request.url === "/v1/jobs") return answerJson(response, 200, [running]);
    expect(request.url).toBe("/v1/events?types=job&follow=true");
    response.on("close", drop);
    const lines = [{ type: "stream.opened" }, { type: "job.failed", job: failed }];
    response.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  });
  await using forkd = new Forkd({ baseUrl: server.url });
  const seen: Job[] = [];
  for await (const job of forkd.jobs.watch()) if (seen.push(job) === 2) break;
  expect(seen).toMatchObject([
    { id: "job_1", status: "running" },
    { id: "job_1", endedAtUnix: 5, error: { code: "disk_full", requestId: "r" } },
  ]);
  await dropped;
});

test("events are read and followed in camel case, without the line that opens their stream", async () => {
  const urls: (string | undefined)[] = [];
  const died = {
    type: "sandbox.died",
    cursor: "a-1",
    at_unix_ms: 5,
    caller: null,
    id: ID,
    why: "it was killed",
  };
  await using server = await serveHttp("unix", (request, response) => {
    urls.push(request.url);
    answerLines(response, [{ type: "stream.opened", cursor: "a-1", is_whole: true }, died]);
  });
  await using forkd = new Forkd({ baseUrl: server.url });
  const expected = [{ type: "sandbox.died", atUnixMs: 5, id: ID, why: "it was killed" }];
  expect(await forkd.events.list({ after: "a-0" })).toMatchObject(expected);
  const followed = [];
  for await (const event of forkd.events.follow({ types: ["sandbox.died", "job"] })) followed.push(event);
  expect(followed).toMatchObject(expected);
  expect(urls).toEqual([
    "/v1/events?after=a-0&follow=false",
    "/v1/events?types=sandbox.died%2Cjob&follow=true",
  ]);
});

test("a job is listed, asked for and cancelled by its id", async () => {
  const requests: Recorded[] = [];
  await using server = await record(requests, "json", []);
  await using forkd = new Forkd({ baseUrl: server.url });
  await forkd.jobs.list();
  await forkd.jobs.get("job_1");
  await forkd.jobs.cancel("job_1");
  expect(requests.map(({ route }) => route)).toEqual([
    "GET /v1/jobs",
    "GET /v1/jobs/job_1",
    "DELETE /v1/jobs/job_1",
  ]);
});

test("the compatible client branches with the names of the reference, and answers in snake case", async () => {
  const requests: Recorded[] = [];
  await using server = await record(requests, "progress", { tag: "b", pause_ms: 2 });
  await using controller = new Controller({ baseUrl: server.url });
  expect(await controller.branchSandbox(ID, { tag: "b", diff: true, measure_diff: true })).toEqual({
    tag: "b",
    pause_ms: 2,
  });
  expect(requests[0]?.body).toEqual({ tag: "b", diff: true, measure_diff: true });
});

test("the surface is typed by the contract", () => {
  expectTypeOf<ReturnType<Sandbox["branch"]>>().resolves.toEqualTypeOf<BranchInfo>();
  expectTypeOf<ReturnType<Forkd["jobs"]["get"]>>().resolves.toEqualTypeOf<Job>();
  const sandbox = new Forkd({ baseUrl: "http://localhost:1" }).sandboxes.at(ID);
  // @ts-expect-error: there is no such mode
  void (() => sandbox.branch({ mode: "quick" }));
});
