import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
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
