import { once } from "node:events";
import { connect } from "node:net";
import { PassThrough } from "node:stream";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { serveTunnels } from "../../test/tunnel-fixture.ts";
import { Forkd } from "../forkd.ts";
import { PortForward } from "./port-forward.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";

test.each(["unix", "tcp"] as const)(
  "a connection is had over %s, and each way ends by itself",
  async (kind) => {
    await using daemon = await serveTunnels((tunnel) => {
      tunnel.end("hello\n");
      void text(tunnel).then((all) => heard.push(all));
    }, kind);
    const heard: string[] = [];
    await using forkd = new Forkd({ baseUrl: daemon.url });
    const stream = await forkd.sandboxes.at(ID).connect(80);
    expect(await text(stream)).toBe("hello\n");
    stream.end("still here");
    await expect.poll(() => heard).toEqual(["still here"]);
    expect(daemon.asked).toEqual([`/v1/sandboxes/${ID}/ports/80/tunnel`]);
  },
);

test.each(["unix", "tcp"] as const)("a refusal over %s is that of the API", async (kind) => {
  const body = { error: "nothing listens", code: "port_refused", hint: "wait" };
  await using daemon = await serveTunnels({ status: 502, body }, kind);
  await using forkd = new Forkd({ baseUrl: daemon.url });
  const sandbox = forkd.sandboxes.at(ID);
  const failure = { code: "port_refused", status: 502, message: "nothing listens" };
  await expect(sandbox.connect(80)).rejects.toMatchObject(failure);
  await expect(sandbox.fetch(80, "/")).rejects.toMatchObject(failure);
  const errors: unknown[] = [];
  await using forward = await sandbox.forward(80, { onError: (error) => errors.push(error) });
  const socket = connect(forward.port, forward.host);
  await once(socket, "error");
  expect(errors).toMatchObject([failure]);
});

test("a call that is aborted rejects with its reason", async () => {
  await using daemon = await serveTunnels(() => {});
  await using forkd = new Forkd({ baseUrl: daemon.url });
  const signal = AbortSignal.abort("enough");
  await expect(forkd.sandboxes.at(ID).connect(80, { signal })).rejects.toBe("enough");
});

test("a forward ends with its connections", async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  await using daemon = await serveTunnels((tunnel) => tunnel.on("close", () => resolve()).pipe(tunnel));
  await using forkd = new Forkd({ baseUrl: daemon.url });
  const forward = await forkd.sandboxes.at(ID).forward(80);
  const socket = connect(forward.port, forward.host);
  socket.write("x");
  await once(socket, "data");
  const closed = once(socket.resume(), "close");
  await forward[Symbol.asyncDispose]();
  await forward[Symbol.asyncDispose]();
  await Promise.all([closed, gone]);
  await expect(once(connect(forward.port, forward.host), "connect")).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
});

test("an answer of a web server is a Response, whatever its status is", async () => {
  await using daemon = await serveTunnels((tunnel) => {
    tunnel.once("data", (asked: Buffer) => {
      const [, path] = /^GET (\S+)/.exec(String(asked)) ?? [];
      const heads = { "/none": "204 No\r\n", "/more": "302 Found\r\nlocation: /\r\ncontent-length: 0\r\n" };
      const head = heads[path as keyof typeof heads] ?? "200 OK\r\nset-cookie: a=b\r\nset-cookie: c=d\r\n";
      tunnel.end(`HTTP/1.1 ${head}connection: close\r\n\r\n${path === "/" ? "body" : ""}`);
    });
  });
  await using forkd = new Forkd({ baseUrl: daemon.url });
  const sandbox = forkd.sandboxes.at(ID);
  const whole = await sandbox.fetch(80, "/");
  expect(whole.headers.getSetCookie()).toEqual(["a=b", "c=d"]);
  expect(await whole.text()).toBe("body");
  expect(await (await sandbox.fetch(80, "/none")).text()).toBe("");
  expect(await sandbox.fetch(80, "/more")).toMatchObject({ status: 302 });
});

test("a connection that comes for a forward which has ended meanwhile is not left open", async () => {
  const { promise: tunnel, resolve } = Promise.withResolvers<Duplex>();
  const { promise: signal, resolve: resolveSignal } = Promise.withResolvers<AbortSignal>();
  const forward = await PortForward.open((options) => {
    resolveSignal(options.signal);
    return tunnel;
  }, {});
  const socket = connect(forward.port, forward.host);
  socket.on("error", () => {});
  const given = await signal;
  await forward[Symbol.asyncDispose]();
  await expect.poll(() => given.aborted).toBe(true);
  const late = new PassThrough();
  resolve(late);
  await expect.poll(() => late.destroyed).toBe(true);
});

test("a forward listens nowhere when it is told no address", async () => {
  await expect(PortForward.open(() => Promise.reject(new Error("no")), { host: "" })).rejects.toThrow(
    "empty",
  );
});

test("a guest that takes another protocol than HTTP is told of, not waited for", async () => {
  await using daemon = await serveTunnels((tunnel) => {
    tunnel.once("data", () => tunnel.write("HTTP/1.1 101 Yes\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"));
  });
  await using forkd = new Forkd({ baseUrl: daemon.url });
  await expect(forkd.sandboxes.at(ID).fetch(80, "/")).rejects.toThrow("no answer in HTTP");
});

test("an answer whose status no Response has is an error, and leaves no connection", async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  await using daemon = await serveTunnels((tunnel) => {
    tunnel.on("close", resolve);
    tunnel.once("data", () => tunnel.write(`HTTP/1.1 999 Odd\r\n\r\n${"x".repeat(1_000_000)}`));
  });
  await using forkd = new Forkd({ baseUrl: daemon.url });
  await expect(forkd.sandboxes.at(ID).fetch(80, "/")).rejects.toThrow(RangeError);
  await gone;
});
