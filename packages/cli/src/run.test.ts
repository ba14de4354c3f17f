import { spawn } from "node:child_process";
import { once } from "node:events";
import { buffer, text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { answerJson, answerLines, readBody, serveHttp } from "../../sdk/test/http-fixture.ts";
import { finish, forkd, LAUNCHER, lines, reply, startForkd } from "../test/run-forkd.ts";
import { INSTALLATION } from "./environment.ts";
import { sandboxReply } from "../test/replies.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";
const CHILD = sandboxReply({ id: ID, hostname: "py-0", restore_ms: 41, ready_ms: 84 });
const EXIT = { type: "exit", exit_code: 7, signal: null, timed_out: false, duration_ms: 5 };
const START = { type: "start", pid: 12, dropped: 0, offset: 0 };
const base64 = (data: string): string => Buffer.from(data).toString("base64");

test("help and usage need no daemon", async () => {
  const help = await forkd("http://127.0.0.1:1", "--help");
  expect(help).toMatchObject({ status: 0, stderr: "" });
  expect(help.stdout).toContain("Usage: forkd <verb>");
  const unknown = await forkd("http://127.0.0.1:1", "frok");
  expect(unknown).toMatchObject({ status: 2, stdout: "" });
  expect(unknown.stderr).toBe("error: unknown command 'frok' (Did you mean fork?)\n  try: forkd --help\n");
});

test("a fork prints a table on stdout and its sum on stderr", async () => {
  await using daemon = await serveHttp("unix", lines({ type: "result", result: [CHILD] }));
  const { status, stdout, stderr } = await forkd(daemon.url, "fork", "--tag", "py");
  expect(stdout).toBe(
    "SANDBOX              HOSTNAME  STATUS   RESTORED  READY\n" +
      `${ID}  py-0      running     41 ms  84 ms\n`,
  );
  expect(stderr).toMatch(/^1 sandbox of py in [\d.]+ m?s\n$/);
  expect(status).toBe(0);
});

test("--json prints the body of the REST API", async () => {
  await using daemon = await serveHttp("unix", lines({ type: "result", result: [CHILD] }));
  const { stdout } = await forkd(daemon.url, "fork", "--tag", "py", "--json");
  expect(JSON.parse(stdout)).toEqual([CHILD]);
});

test("an error says what, why and what to try, and its class is the exit status", async () => {
  const error = { error: "there is no snapshot x", code: "snapshot_not_found", hint: "known snapshots: py" };
  await using daemon = await serveHttp("unix", reply(404, error));
  const human = await forkd(daemon.url, "fork", "--tag", "x");
  expect(human).toEqual({
    status: 3,
    stdout: "",
    stderr: "error: there is no snapshot x\n  why: snapshot_not_found\n  try: known snapshots: py\n",
  });
  const json = await forkd(daemon.url, "fork", "--tag", "x", "--json");
  expect(json).toMatchObject({ status: 3, stdout: "" });
  expect(JSON.parse(json.stderr)).toEqual(error);
});

test("a command's output, bytes and all, and its exit status are passed on", async () => {
  const output = { type: "stdout", data: Buffer.from([0, 255, 10]).toString("base64") };
  const complaint = { type: "stderr", data: base64("oops\n") };
  await using daemon = await serveHttp("unix", lines(START, output, complaint, EXIT));
  const child = startForkd(daemon.url, ["exec", ID, "--", "make", "-j"]);
  const [stdout, stderr, [status]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number]>,
  ]);
  expect([[...stdout], stderr, status]).toEqual([[0, 255, 10], "oops\n", 7]);
});

test("-i sends standard input until its end, and the program ends although nobody closes it", async () => {
  const { promise: received, resolve: receive } = Promise.withResolvers<string>();
  await using daemon = await serveHttp("unix", async (request, response) => {
    if (request.url?.endsWith("/stdin")) {
      return request.on("data", (part) => receive(String(part)));
    }
    expect(JSON.parse(await readBody(request))).toEqual({ args: ["cat"], pty: null, stdin_stream: true });
    response.write(`${JSON.stringify(START)}\n`);
    await received;
    return response.end(`${JSON.stringify(EXIT)}\n`);
  });
  const child = startForkd(daemon.url, ["exec", "-i", ID, "--", "cat"]);
  child.stdin.write("hello");
  expect((await finish(child)).status).toBe(7);
  expect(await received).toBe("hello");
});

test.each([
  { args: ["gc"], said: "interrupted: undoing what was begun (again: stop at once)\n" },
  { args: ["ps"], said: "" },
  { args: ["jobs", "--follow"], said: "" },
  { args: ["logs", ID, "--follow"], said: "" },
])(
  "an interrupt of $args drops the request, ends with 130, and speaks only of what is undone",
  async ({ args, said }) => {
    const { promise: dropped, resolve: drop } = Promise.withResolvers<void>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    await using daemon = await serveHttp("unix", (_, response) => {
      response.on("close", drop);
      ask();
    });
    const child = startForkd(daemon.url, args);
    const ended = finish(child);
    await asked;
    child.kill("SIGINT");
    const { status, stderr } = await ended;
    await dropped;
    expect({ status, stderr }).toEqual({ status: 130, stderr: said });
  },
);

test("run ends its sandbox also when it is interrupted", async () => {
  const seen: string[] = [];
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  await using daemon = await serveHttp("unix", (request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (request.method === "DELETE") return response.writeHead(204).end();
    if (request.url === "/v1/sandboxes") return answerLines(response, [{ type: "result", result: [CHILD] }]);
    response.write(`${JSON.stringify(START)}\n`);
    return start();
  });
  const child = startForkd(daemon.url, ["run", "--tag", "py", "--", "sleep", "99"]);
  const ended = finish(child);
  await started;
  child.kill("SIGTERM");
  expect((await ended).status).toBe(143);
  expect(seen.at(-1)).toBe(`DELETE /v1/sandboxes/${ID}`);
});

test("a reader that goes away ends the command", async () => {
  const { promise: dropped, resolve: drop } = Promise.withResolvers<void>();
  await using daemon = await serveHttp("unix", (_, response) => {
    response.on("close", drop);
    response.write(`${JSON.stringify(START)}\n`);
    const flood = (): void => {
      if (response.writable)
        response.write(`${JSON.stringify({ type: "stdout", data: base64("y\n") })}\n`, flood);
    };
    flood();
  });
  const child = startForkd(daemon.url, ["exec", ID, "--", "yes"]);
  child.stdout.once("data", () => child.stdout.destroy());
  const [status] = (await once(child, "exit")) as [number];
  await dropped;
  expect(status).toBe(141);
});

test("an exception of evaluated code is printed after its output, with status 1", async () => {
  const result = {
    result: null,
    result_json: null,
    stdout: "before\n",
    stderr: "",
    error: "boom",
    exit_code: 1,
  };
  const full = {
    ...result,
    results: [],
    error_name: "ValueError",
    error_value: "boom",
    traceback: "Traceback\nValueError: boom\n",
    timed_out: false,
    execution_count: 1,
  };
  await using daemon = await serveHttp("unix", reply(200, { ...full, truncated: false, duration_ms: 1 }));
  expect(await forkd(daemon.url, "eval", ID, "f()")).toEqual({
    status: 1,
    stdout: "before\n",
    stderr: "Traceback\nValueError: boom\n",
  });
});

test.each([
  [
    "0.0.1",
    /^error: the daemon is of version 0\.0\.1, .*\n {2}why: version_differs: .*\n {2}try: forkd stop: /,
  ],
  [INSTALLATION.version, /\n {2}try: this looks like a defect/],
])("a field that a daemon of version %s does not have is told by that", async (version, said) => {
  await using daemon = await serveHttp("tcp", ({ url }, response) =>
    answerJson(response, 200, url === "/version" ? { version, api: "v1", pid: 1 } : { engine: "qemu" }),
  );
  const { status, stderr } = await forkd(daemon.url, "capabilities");
  expect(stderr).toMatch(said);
  expect(status).toBe(1);
});

test("an http daemon is not started on demand", async () => {
  const { status, stderr } = await forkd("http://127.0.0.1:1", "ps");
  expect(status).toBe(1);
  expect(stderr).toContain("no forkd daemon answers at http://127.0.0.1:1");
});

test("the launcher may be a link to a link", async () => {
  const { mkdtemp, rm, symlink } = await import("node:fs/promises");
  const dir = await mkdtemp("/tmp/forkd-link-");
  await using _ = { [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
  await symlink(LAUNCHER, `${dir}/one`);
  await symlink("one", `${dir}/two`);
  const child = spawn(`${dir}/two`, ["--version"]);
  expect(await finish(child)).toMatchObject({ status: 0, stderr: "" });
});

test.each([
  [["port", "forward", "web"], "forkd port forward --help"],
  [["image", "ls", "--bogus"], "forkd image ls --help"],
  [["code-context", "bogus"], "forkd code-context --help"],
  [["exec", "web", "--timeout", "5", "--", "ls"], "did you mean --timeout-secs?"],
  [["fork", "py", "--memory", "512"], "did you mean --memory-limit-mib?"],
  [["ps", "--bogus"], "forkd ps --help"],
  [["update", "web", "--memory", "1g"], "forkd modify changes limits"],
])("%j is told what to type instead: %s", async (words, hint) => {
  const { stderr, status } = await forkd("http://127.0.0.1:1", ...words);
  expect(stderr).toContain(hint);
  expect(status).toBe(2);
});
