import { createServer } from "node:http";
import { expect, expectTypeOf, test } from "vitest";
import type { ExecRequest, ExecResult } from "../../index.ts";
import { FakeDaemon } from "./fake-daemon.ts";
import { refusal } from "./refusal.ts";

/** A fake with a sandbox. */
async function forkFake(daemon = new FakeDaemon({ snapshots: ["warm"] })) {
  const [sandbox] = await daemon.forkd.sandboxes.fork("warm", { name: "web" });
  return { daemon, forkd: daemon.forkd, sandbox: sandbox! };
}

test("forks, finds, changes and ends sandboxes as the daemon does", async () => {
  const { forkd } = new FakeDaemon({ snapshots: ["warm"] });
  const children = await forkd.sandboxes.fork("warm", {
    n: 2,
    name: "web",
    labels: { team: "shop" },
    ttlSecs: 60,
  });
  expect(children.map(({ name }) => name)).toEqual(["web-0", "web-1"]);
  expect((await forkd.sandboxes.get("web-1")).id).toBe(children[1]?.id);
  await children[0]!.update({ labels: { team: null, draft: "yes" }, name: "shop" });
  expect((await forkd.sandboxes.list({ label: "draft" })).map(({ name }) => name)).toEqual(["shop"]);
  expect(await children[0]!.pause()).toMatchObject({ status: "paused", labels: { draft: "yes" } });
  const pages = await Array.fromAsync(forkd.sandboxes.pages());
  expect(pages.flat()).toHaveLength(2);
  await children[Symbol.asyncDispose]();
  expect(await forkd.sandboxes.list()).toEqual([]);
  await expect(children[0]!.refresh()).rejects.toMatchObject({ code: "sandbox_not_found", status: 404 });
  await expect(forkd.sandboxes.fork("cold")).rejects.toMatchObject({ code: "snapshot_not_found" });
});

test("gives of a command what a test has said, whole, as a stream and of a handle", async () => {
  const { daemon, sandbox } = await forkFake();
  daemon.on("exec", ({ body }) => (body.args[0] === "make" ? { exitCode: 2, stderr: "no rule" } : undefined));
  daemon.on("exec", ({ body, sandbox: of }) => (body.args[0] === "hostname" ? `${of?.name}\n` : undefined));
  expect(await sandbox.exec(["hostname"])).toMatchObject({ stdout: "web\n", exitCode: 0 });
  const events = await Array.fromAsync(sandbox.execStream(["make"]));
  expect(events.map(({ type }) => type)).toEqual(["start", "stderr", "exit"]);
  await using job = await sandbox.spawn(["make"], { env: { A_b: "1" } });
  expect((await job.wait()).exitCode).toBe(2);
  const output = await Array.fromAsync(job.output());
  expect(output.map(({ data }) => new TextDecoder().decode(data))).toEqual(["no rule"]);
  expect((await sandbox.processes()).map(({ args }) => args[0])).toEqual(["hostname", "make", "make"]);
  expect(daemon.requests.at(-1)?.operation).toBe("listProcesses");
});

test("gives of code what a test has said", async () => {
  const { daemon, sandbox } = await forkFake();
  daemon.on("eval", ({ body }) =>
    body.code === "6 * 7" ? "42" : { error: "NameError", stdout: "so far\n" },
  );
  expect(await sandbox.eval("6 * 7")).toMatchObject({ result: "42", error: null });
  const heard: string[] = [];
  const result = await sandbox.eval("x", { onStdout: (text) => heard.push(text) });
  expect([heard, result.error]).toEqual([["so far\n"], "NameError"]);
});

test("keeps files, which forks and branches have for their own", async () => {
  const { forkd, sandbox } = await forkFake();
  await sandbox.files.write("/srv/data/a", "0123456789");
  expect(await sandbox.files.readText("/srv/data/a", { offset: 3, length: 2 })).toBe("34");
  expect(await sandbox.files.readText("/srv/data/a", { tail: 2 })).toBe("89");
  await sandbox.files.write("/srv/data/a", "!", { append: true });
  await sandbox.files.write("/srv/data/noted", "", { metadata: { author: "ann", kind: "a=b" } });
  expect((await sandbox.files.getInfo("/srv/data/noted")).metadata).toEqual({ author: "ann", kind: "a=b" });
  await sandbox.files.remove("/srv/data/noted");
  await sandbox.branch({ tag: "with-data" });
  const [branched] = await forkd.sandboxes.fork("with-data");
  await using children = await sandbox.fork();
  await children[0]!.files.rename("/srv/data", "/srv/moved");
  expect(await children[0]!.files.readText("/srv/moved/a")).toBe("0123456789!");
  await sandbox.files.remove("/srv/data", { recursive: true });
  expect(await sandbox.files.exists("/srv/data/a")).toBe(false);
  expect((await branched!.files.list("/srv", { depth: 2 })).map(({ path }) => path)).toEqual([
    "/srv/data",
    "/srv/data/a",
  ]);
  await expect(sandbox.files.read("/nothing")).rejects.toMatchObject({ code: "guest_file_not_found" });
});

test("leads a port to what a test has listen there", async () => {
  const { daemon, sandbox } = await forkFake();
  const web = createServer((request, response) => response.end(`at ${request.url}`));
  daemon.listen(8080, (connection) => web.emit("connection", connection));
  await sandbox.waitForPort(8080);
  expect(await (await sandbox.fetch(8080, "/path")).text()).toBe("at /path");
  expect((await sandbox.ports.list()).map(({ port }) => port)).toEqual([8080]);
  await using forward = await sandbox.forward(8080);
  expect(await (await fetch(`http://${forward.address}/forwarded`)).text()).toBe("at /forwarded");
  await expect(sandbox.connect(1)).rejects.toMatchObject({ code: "port_refused" });
  web.close();
});

test("throws what a test has refused, and its own words for what nobody said anything about", async () => {
  const { daemon, forkd, sandbox } = await forkFake();
  daemon.on("exec", () => {
    throw refusal(409, "sandbox_dead", "its guest panicked");
  });
  await expect(sandbox.run("true")).rejects.toMatchObject({
    code: "sandbox_dead",
    message: "its guest panicked",
  });
  await expect(sandbox.eval("1")).rejects.toThrow(
    `nobody said what eval {"code":"1"} gives: daemon.on("eval", (request) => …)`,
  );
  await expect(forkd.doctor()).rejects.toThrow("nobody said what doctor gives");
  await expect(forkd.doctor({ signal: AbortSignal.abort(new Error("left")) })).rejects.toThrow("left");
});

test("has handlers hold to the contract", () => {
  const daemon = new FakeDaemon();
  daemon.on("exec", (request) => {
    expectTypeOf(request.body).toEqualTypeOf<ExecRequest>();
    return { exitCode: 1 };
  });
  expectTypeOf<Parameters<typeof daemon.on<"waitForProcess">>[1]>().returns.not.toEqualTypeOf<ExecResult>();
  // @ts-expect-error a status is a number
  daemon.on("exec", () => ({ exitCode: "1" }));
  // @ts-expect-error there is no such operation
  daemon.on("execute", () => ({}));
});
