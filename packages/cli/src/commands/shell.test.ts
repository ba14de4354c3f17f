import { expect, test } from "vitest";
import { answerJson, serveHttp } from "../../../sdk/test/http-fixture.ts";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { finish, forkd, startForkd } from "../../test/run-forkd.ts";
import { sandboxReply } from "../../test/replies.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";
const START = { type: "start", pid: 12, dropped: 0, offset: 0 };
const EXIT = { exit_code: 7, signal: null, timed_out: false, duration_ms: 5 };
const died = { at_unix: 9, why: "the VMM was killed by SIGKILL", console: [] };

test("shell runs what comes from a pipe in a login shell, and ends with its status", async () => {
  await using daemon = await serveRoutes({
    [`POST /v1/sandboxes/${ID}/exec`]: { lines: [START, { type: "exit", ...EXIT }] },
  });
  const child = startForkd(daemon.url, ["shell", ID, "-u", "nobody", "-w", "/tmp", "-e", "A=b"]);
  child.stdin.end();
  expect(await finish(child)).toEqual({ stdout: "", stderr: "", status: 7 });
  expect(daemon.requests[0]?.body).toMatchObject({
    args: ["sh", "-c", expect.stringContaining('exec "$shell" -l')],
    user: "nobody",
    cwd: "/tmp",
    env: { A: "b" },
    pty: null,
    stdin_stream: true,
  });
});

test.each([
  { args: ["signal", ID, "12"], body: { signal: "SIGTERM", group: true } },
  { args: ["signal", ID, "12", "hup"], body: { signal: "SIGHUP", group: true } },
  { args: ["signal", ID, "12", "9", "--no-group"], body: { signal: "SIGKILL", group: false } },
])("$args sends a signal", async ({ args, body }) => {
  await using daemon = await serveRoutes({ [`POST /v1/sandboxes/${ID}/processes/12/signal`]: { json: {} } });
  expect((await forkd(daemon.url, ...args)).stdout).toBe(`sent ${body.signal} to 12\n`);
  expect(daemon.requests[0]?.body).toEqual(body);
});

test("wait ends with the status of a command", async () => {
  await using daemon = await serveRoutes({ [`GET /v1/sandboxes/${ID}/processes/12/wait`]: { json: EXIT } });
  expect(await forkd(daemon.url, "wait", ID, "12")).toEqual({ stdout: "", stderr: "", status: 7 });
});

test.each([
  {
    state: { status: "dead", died },
    args: [],
    status: 1,
    said: `${ID} died: the VMM was killed by SIGKILL\n`,
  },
  { state: { status: "running" }, args: ["--until", "running"], status: 0, said: "" },
  { state: { status: "paused" }, args: ["--until", "paused"], status: 0, said: "" },
] as const)(
  "wait $args for one that is $state.status ends with $status",
  async ({ state, args, status, said }) => {
    await using daemon = await serveRoutes({
      [`GET /v1/sandboxes/${ID}`]: { json: sandboxReply({ id: ID, ...state }) },
    });
    expect(await forkd(daemon.url, "wait", ID, ...args)).toEqual({ stdout: "", stderr: said, status });
  },
);

test.each([
  { args: [], said: `${ID} was not ended in 0.2 s` },
  { args: ["12"], said: "12 has not ended in 0.2 s" },
])("wait $args gives up when its time is over", async ({ args, said }) => {
  const never = () => {};
  await using daemon = await serveHttp("unix", ({ url }, response) =>
    url?.endsWith("/wait") ? never() : answerJson(response, 200, sandboxReply({ id: ID })),
  );
  const { stderr, status } = await forkd(daemon.url, "wait", ID, ...args, "--timeout", "200ms");
  expect({ said: stderr.split("\n")[0], status }).toEqual({ said: `error: ${said}`, status: 124 });
});

test("wait goes on until a sandbox is gone, and refuses to wait for what can never be", async () => {
  const gone = { error: "there is none", code: "sandbox_not_found", hint: "" };
  const routes: Record<string, Parameters<typeof serveRoutes>[0][string]> = {
    [`GET /v1/sandboxes/${ID}`]: { json: sandboxReply({ id: ID }) },
  };
  await using daemon = await serveRoutes(routes);
  const ended = forkd(daemon.url, "wait", ID);
  const refused = forkd(daemon.url, "wait", ID, "--until", "paused");
  await expect.poll(() => daemon.requests.length, { timeout: 30_000 }).toBeGreaterThan(3);
  routes[`GET /v1/sandboxes/${ID}`] = { status: 404, json: gone };
  expect(await ended).toEqual({ stdout: "", stderr: "", status: 0 });
  expect((await refused).stderr).toContain("it has ended, and will never be paused");
});
