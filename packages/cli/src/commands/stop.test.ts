import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { sandboxReply } from "../../test/replies.ts";
import { finish, forkd, startForkd } from "../../test/run-forkd.ts";
import { answerJson, answerLines, serveHttp } from "../../../sdk/test/http-fixture.ts";

/** What a daemon says that stops at once. */
const STOPPED = { type: "result", result: { suspended: [] } };

const BUILD = {
  id: "job_4k2m9x7q0v3bz8wc",
  kind: "buildImage",
  subject: "py-numpy",
  status: "running",
  started_at_unix: 1_700_000_000,
  ended_at_unix: null,
  progress: null,
  error: null,
};

/** How long the process lives on after it was asked to stop. */
const DYING_MS = 700;

test("stop says so only when the daemon's process is gone", async () => {
  const daemon = spawn("sleep", ["60"]);
  await using _ = { [Symbol.asyncDispose]: async () => void daemon.kill("SIGKILL") };
  await once(daemon, "spawn");
  await using server = await serveHttp("unix", (request, response) => {
    if (request.url === "/version") {
      return answerJson(response, 200, { version: "0", api: "v1", pid: daemon.pid });
    }
    if (request.url === "/v1/jobs") return answerJson(response, 200, []);
    setTimeout(() => daemon.kill(), DYING_MS);
    return answerLines(response, [STOPPED]);
  });
  const { status, stdout } = await forkd(server.url, "stop");
  expect({ signal: daemon.signalCode, status, stdout }).toEqual({
    signal: "SIGTERM",
    status: 0,
    stdout: "stopped the daemon\n",
  });
});

test("stop says which jobs it waits for", async () => {
  const daemon = spawn("sleep", ["60"]);
  await using _ = { [Symbol.asyncDispose]: async () => void daemon.kill("SIGKILL") };
  await once(daemon, "spawn");
  await using server = await serveRoutes({
    "GET /version": { json: { version: "0", api: "v1", pid: daemon.pid } },
    "GET /v1/jobs": { json: [BUILD, { ...BUILD, status: "done", ended_at_unix: 1_700_000_002 }] },
    "POST /v1/stop": { lines: [STOPPED] },
  });
  const child = startForkd(server.url, ["stop"]);
  child.stderr.once("data", () => daemon.kill());
  expect(await finish(child)).toEqual({
    status: 0,
    stdout: "stopped the daemon\n",
    stderr: "stop: waiting until what these had begun is undone: image build py-numpy\n",
  });
});

test("stop does not look for the process of a daemon elsewhere", async () => {
  const asked: string[] = [];
  await using server = await serveHttp("tcp", (request, response) => {
    asked.push(request.url ?? "");
    return answerLines(response, [STOPPED]);
  });
  const { stdout } = await forkd(server.url, "stop");
  expect([asked, stdout]).toEqual([["/v1/stop"], "stopped the daemon\n"]);
});

test("stop without a daemon is no failure", async () => {
  expect(await forkd("unix:/nonexistent/forkd.sock", "stop")).toEqual({
    status: 0,
    stdout: "",
    stderr: "no daemon is running\n",
  });
});

test.each([
  [[], {}, ""],
  [
    ["--kill-sandboxes"],
    { on_exit: "kill", keep_suspended: true },
    "kept 2 that are suspended; to end them too: forkd kill --all --force\n",
  ],
  [["--on-exit", "kill", "--force"], { on_exit: "kill" }, ""],
  [["--on-exit", "suspend", "--timeout", "5m"], { on_exit: "suspend", timeout_secs: 300 }, ""],
  [["--on-exit", "keep"], { on_exit: "keep" }, ""],
])("stop %j asks for %j", async (options, asked, said) => {
  const suspended = [sandboxReply({ status: "suspended" }), sandboxReply({ status: "suspended" })];
  await using daemon = await serveRoutes({
    "GET /version": { json: { version: "0", api: "v1", pid: 4_194_304 } },
    "GET /v1/sandboxes?status=suspended": { json: suspended },
    "POST /v1/stop": { lines: [STOPPED] },
  });
  const { stderr } = await forkd(daemon.url, "stop", ...options);
  expect(daemon.requests.at(-1)?.body).toEqual(asked);
  expect(stderr).toBe(said);
});
