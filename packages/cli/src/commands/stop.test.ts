import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { sandboxReply } from "../../test/replies.ts";
import { forkd } from "../../test/run-forkd.ts";
import { answerJson, serveHttp } from "../../../sdk/test/http-fixture.ts";

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
    setTimeout(() => daemon.kill(), DYING_MS);
    return answerJson(response, 200, {});
  });
  const { status, stdout } = await forkd(server.url, "stop");
  expect({ signal: daemon.signalCode, status, stdout }).toEqual({
    signal: "SIGTERM",
    status: 0,
    stdout: "stopped the daemon\n",
  });
});

test("stop does not look for the process of a daemon elsewhere", async () => {
  const asked: string[] = [];
  await using server = await serveHttp("tcp", (request, response) => {
    asked.push(request.url ?? "");
    return answerJson(response, 200, {});
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
    { kill_sandboxes: true, keep_suspended: true },
    "kept 2 that are suspended; to end them too: forkd kill --all --force\n",
  ],
  [["--kill-sandboxes", "--force"], { kill_sandboxes: true }, ""],
])("stop %j asks for %j", async (options, asked, said) => {
  const suspended = [sandboxReply({ status: "suspended" }), sandboxReply({ status: "suspended" })];
  await using daemon = await serveRoutes({
    "GET /version": { json: { version: "0", api: "v1", pid: 4_194_304 } },
    "GET /v1/sandboxes?status=suspended": { json: suspended },
    "POST /v1/stop": { json: {} },
  });
  const { stderr } = await forkd(daemon.url, "stop", ...options);
  expect(daemon.requests.at(-1)?.body).toEqual(asked);
  expect(stderr).toBe(said);
});
