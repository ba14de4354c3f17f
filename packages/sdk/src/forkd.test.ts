import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { ServerResponse } from "node:http";
import { describe, expect, expectTypeOf, test } from "vitest";
import { answerJson, answerLines, readBody, serveHttp } from "../test/http-fixture.ts";
import { Forkd, isForkdApiError } from "./index.ts";
import type { EvalResult, Progress, Sandbox, SandboxGroup, Sandboxes } from "./index.ts";

const ID = "sb_0123456789abcdef";
const CHILD = { id: ID, snapshot_tag: "py", restore_ms: 12.5 };

describe.each(["unix", "tcp"] as const)("over %s", (kind) => {
  test("a fork sends the wire's names and gives handles", async () => {
    await using server = await serveHttp(kind, async (request, response) => {
      const body = JSON.parse(await readBody(request)) as unknown;
      expect(body).toEqual({ snapshot_tag: "py", n: 2, on_failure: "keep", env: { aB: "1" } });
      answerLines(response, [{ type: "result", result: [CHILD, CHILD] }]);
    });
    await using forkd = new Forkd({ baseUrl: server.url });
    const children = await forkd.sandboxes.fork("py", { n: 2, onFailure: "keep", env: { aB: "1" } });
    expect(children.map(({ info }) => info.restoreMs)).toEqual([12.5, 12.5]);
  });

  test("progress is told in order, before the result", async () => {
    await using server = await serveHttp(kind, (_, response) => {
      const progress = { type: "progress", step: "packages", message: "unpacking" };
      answerLines(response, [progress, { ...progress, done: 1 }, { type: "result", result: { id: "x" } }]);
    });
    await using forkd = new Forkd({ baseUrl: server.url });
    const told: Progress[] = [];
    const onProgress = (progress: Progress) => void told.push(progress);
    await forkd.images.build({ name: "py", recipe: {} }, { onProgress });
    expect(told.map(({ step, done }) => [step, done])).toEqual([
      ["packages", undefined],
      ["packages", 1],
    ]);
  });

  test("an error on the wire is thrown with its code, hint, details and request id", async () => {
    const error = { error: "there is no snapshot x", code: "snapshot_not_found", hint: "make one" };
    const reply = { ...error, details: { tag: "x", someName: 1 }, request_id: "r1" };
    await using server = await serveHttp(kind, (_, response) => answerJson(response, 404, reply));
    await using forkd = new Forkd({ baseUrl: server.url });
    const thrown = await forkd.snapshots.get("x").catch((reason: unknown) => reason);
    expect(isForkdApiError(thrown)).toBe(true);
    expect(thrown).toMatchObject({
      status: 404,
      code: "snapshot_not_found",
      hint: "make one",
      requestId: "r1",
    });
    expect(isForkdApiError(thrown) && thrown.toWire()).toEqual(reply);
  });

  test("a hint on the wire is told in calls of this client", async () => {
    const hint_parts = ["remove it: ", { operation: "deleteImage", args: { image: "some_name" } }];
    const reply = { error: "no", code: "image_corrupt", hint: "remove it: forkd rmi --image some_name" };
    await using server = await serveHttp(kind, (_, response) =>
      answerJson(response, 409, { ...reply, hint_parts }),
    );
    await using forkd = new Forkd({ baseUrl: server.url });
    const thrown = await forkd.images.list().catch((reason: unknown) => reason);
    expect(isForkdApiError(thrown) && thrown.hint).toBe('remove it: forkd.images.remove("some_name")');
    expect(isForkdApiError(thrown) && thrown.toWire()).toEqual({ ...reply, hint_parts });
  });

  test("an error at the end of a stream is thrown like any other", async () => {
    const error = { error: "dead", code: "sandbox_dead", hint: "fork another" };
    await using server = await serveHttp(kind, (_, response) =>
      answerLines(response, [
        { type: "start", pid: 5, dropped: 0 },
        { type: "error", status: 409, error },
      ]),
    );
    await using forkd = new Forkd({ baseUrl: server.url });
    const events = Array.fromAsync(forkd.sandboxes.at(ID).execStream(["true"]));
    await expect(events).rejects.toMatchObject({ code: "sandbox_dead", status: 409 });
  });

  test("a streamed command gives bytes, and ends with its exit", async () => {
    const data = Buffer.from([0, 255, 10]).toString("base64");
    const exit = { type: "exit", exit_code: 3, signal: null, timed_out: false, duration_ms: 1 };
    await using server = await serveHttp(kind, (_, response) =>
      answerLines(response, [{ type: "start", pid: 5, dropped: 0 }, { type: "stdout", data }, exit]),
    );
    await using forkd = new Forkd({ baseUrl: server.url });
    const events = await Array.fromAsync(forkd.sandboxes.at(ID).execStream(["true"]));
    expect(events[1]?.type === "stdout" && [...events[1].data]).toEqual([0, 255, 10]);
    expect(events[2]).toMatchObject({ type: "exit", exitCode: 3 });
  });

  test("a stream without an exit is an error", async () => {
    await using server = await serveHttp(kind, (_, response) =>
      answerLines(response, [{ type: "start", pid: 5, dropped: 0 }]),
    );
    await using forkd = new Forkd({ baseUrl: server.url });
    const events = Array.fromAsync(forkd.sandboxes.at(ID).execStream(["true"]));
    await expect(events).rejects.toMatchObject({ code: "unexpected_reply" });
  });

  test("leaving a stream early drops its connection", async () => {
    const { promise: dropped, resolve } = Promise.withResolvers<void>();
    await using server = await serveHttp(kind, (_, response) => {
      response.on("close", resolve);
      response.writeHead(200).write(`${JSON.stringify({ type: "start", pid: 5, dropped: 0 })}\n`);
    });
    await using forkd = new Forkd({ baseUrl: server.url });
    for await (const event of forkd.sandboxes.at(ID).execStream(["sleep"])) {
      expect(event.type).toBe("start");
      break;
    }
    await dropped;
  });

  test("an abort rejects with the signal's reason and drops the request", async () => {
    const { promise: dropped, resolve } = Promise.withResolvers<void>();
    await using server = await serveHttp(kind, (_, response) => {
      response.on("close", resolve);
    });
    await using forkd = new Forkd({ baseUrl: server.url });
    const reason = new Error("enough");
    const doctor = forkd.doctor({ signal: AbortSignal.any([delayedAbort(30, reason)]) });
    await expect(doctor).rejects.toBe(reason);
    await dropped;
  });

  test("a connection lost half-way is daemon_lost", async () => {
    await using server = await serveHttp(kind, (_, response) => {
      response.writeHead(200).write(`{"type":"progress"`, () => response.destroy());
    });
    await using forkd = new Forkd({ baseUrl: server.url });
    const create = forkd.snapshots.create({ tag: "a", image: "b" });
    await expect(create).rejects.toMatchObject({ code: "daemon_lost", status: 0 });
  });

  test("a daemon that dies before it answers is not said to be missing", async () => {
    await using server = await serveHttp(kind, (request) => request.socket.destroy());
    await using forkd = new Forkd({ baseUrl: server.url });
    await expect(forkd.sandboxes.fork("a")).rejects.toMatchObject({
      code: "daemon_lost",
      message: expect.stringMatching(/ended in the middle of POST \/v1\/sandboxes/) as string,
      hint: expect.stringContaining(kind === "unix" ? "daemon.log" : "its log") as string,
    });
  });

  test("standard input is sent as it comes", async () => {
    const seen: string[] = [];
    const { promise: first, resolve } = Promise.withResolvers<void>();
    await using server = await serveHttp(kind, async (request, response) => {
      for await (const part of request) {
        seen.push(String(part));
        resolve();
      }
      answerJson(response, 200, {});
    });
    await using forkd = new Forkd({ baseUrl: server.url });
    async function* input(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("one");
      await first;
      yield Buffer.from("two");
    }
    await forkd.sandboxes.at(ID).writeStdin(7, input());
    expect(seen).toEqual(["one", "two"]);
  });

  test("requests use connections again", async () => {
    await using server = await serveHttp(kind, (_, response) => answerJson(response, 200, []));
    await using forkd = new Forkd({ baseUrl: server.url });
    for (let i = 0; i < 5; i += 1) await forkd.snapshots.list();
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  test("a group of children is ended by disposal, those that are gone too", async () => {
    const killed: string[] = [];
    await using server = await serveHttp(kind, (request, response) => {
      if (request.method !== "DELETE")
        return answerLines(response, [{ type: "result", result: [CHILD, CHILD] }]);
      killed.push(request.url ?? "");
      if (killed.length > 1)
        return answerJson(response, 404, { error: "", code: "sandbox_not_found", hint: "" });
      return response.writeHead(204).end();
    });
    await using forkd = new Forkd({ baseUrl: server.url });
    {
      await using children = await forkd.sandboxes.fork("py", { n: 2 });
      expect(children).toHaveLength(2);
    }
    expect(killed).toEqual([`/v1/sandboxes/${ID}`, `/v1/sandboxes/${ID}`]);
  });

  test("a token is sent as a bearer token, and tags are encoded", async () => {
    await using server = await serveHttp(kind, (request, response) =>
      answerJson(response, 200, { url: request.url, auth: request.headers.authorization }),
    );
    await using forkd = new Forkd({ baseUrl: server.url, token: "secret" });
    expect(await forkd.snapshots.get("a/../b?c")).toEqual({
      url: "/v1/snapshots/a%2F..%2Fb%3Fc",
      auth: "Bearer secret",
    });
  });
});

function delayedAbort(ms: number, reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), ms);
  return controller.signal;
}

test("a daemon that is not there is daemon_unreachable, with what to do", async () => {
  await using forkd = new Forkd({ baseUrl: "unix:/nonexistent/forkd.sock" });
  await expect(forkd.version()).rejects.toMatchObject({
    code: "daemon_unreachable",
    hint: "start one: forkd serve",
  });
});

test("a path that no unix socket can have is told with its length", async () => {
  await using forkd = new Forkd({ baseUrl: `unix:/tmp/${"x".repeat(103)}` });
  await expect(forkd.version()).rejects.toMatchObject({
    code: "daemon_unreachable",
    message: expect.stringContaining("has 108 bytes, and a unix socket's has at most 107") as string,
    hint: expect.stringContaining("FORKD_SOCKET") as string,
  });
});

test("a URL that is neither http nor a unix socket is refused at once", () => {
  expect(() => new Forkd({ baseUrl: "ftp://x" })).toThrow(TypeError);
});

test("an idle connection does not keep the process alive", async () => {
  const answer = (_: unknown, response: ServerResponse): void => answerJson(response, 200, { ok: true });
  // The server never closes a connection.
  await using server = await serveHttp("unix", answer, { keepAliveTimeout: 0 });
  const { spawn } = await import("node:child_process");
  const program = `import { Forkd } from ${JSON.stringify(import.meta.resolve("./index.ts"))};
    await new Forkd({ baseUrl: ${JSON.stringify(server.url)} }).health();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "inherit" });
  const ended = await Promise.race([once(child, "exit"), delay(50_000, "late", { ref: false })]);
  child.kill("SIGKILL");
  expect(ended).toEqual([0, null]);
});

test("the surface is typed by the contract", () => {
  const forkd = new Forkd({ baseUrl: "http://localhost:1" });
  expectTypeOf<ReturnType<Sandboxes["fork"]>>().resolves.toEqualTypeOf<SandboxGroup>();
  expectTypeOf<ReturnType<Sandbox["eval"]>>().resolves.toEqualTypeOf<EvalResult>();
  // @ts-expect-error: a snapshot needs an image
  void (() => forkd.snapshots.create({ tag: "x" }));
  // @ts-expect-error: names are camel case
  void (() => forkd.sandboxes.fork("x", { memory_limit_mib: 5 }));
  // @ts-expect-error: what gives a whole result cannot be detached: spawn gives a handle
  void (() => forkd.sandboxes.at("x").exec(["x"], { detach: true }));
});
