import { expect, test } from "vitest";
import { result, serveRoutes } from "../test/recording-daemon.ts";
import { finish, startForkd } from "../test/run-forkd.ts";
import { pushReply, sandboxReply, snapshotReply } from "../test/replies.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";
const CHILD = sandboxReply({ id: ID });
const EXIT = { type: "exit", exit_code: 0, signal: null, timed_out: false, duration_ms: 5 };
const ROUTES = {
  "POST /v1/sandboxes": result([CHILD]),
  [`POST /v1/sandboxes/${ID}/fork`]: result([CHILD]),
  [`POST /v1/sandboxes/${ID}/exec`]: { lines: [EXIT] },
  [`DELETE /v1/sandboxes/${ID}`]: { status: 204 },
  "POST /v1/snapshots/py/push": result(pushReply({})),
  "POST /v1/snapshots/py/compact": result(snapshotReply({ tag: "flat" })),
};

/** What a command line asks of the daemon first. */
async function asked(...args: string[]) {
  await using daemon = await serveRoutes(ROUTES);
  const child = startForkd(daemon.url, args);
  child.stdin.end();
  const { status, stderr } = await finish(child);
  return { requests: daemon.requests, status, stderr };
}

test.each([
  { args: ["fork", "py", "-n", "2"], body: { snapshot_tag: "py", n: 2 } },
  { args: ["fork", "--tag", "py"], body: { snapshot_tag: "py" } },
  { args: ["fork", ID, "-n", "2"], body: { n: 2 } },
  { args: ["push", "py", "reg.example/x:1"], body: { destination: "reg.example/x:1" } },
  { args: ["push", "reg.example/x:1", "--tag", "py"], body: { destination: "reg.example/x:1" } },
  { args: ["snapshot-compact", "py", "flat"], body: { to: "flat" } },
])("$args names its snapshot", async ({ args, body }) => {
  const { requests } = await asked(...args);
  expect(requests[0]?.body).toMatchObject(body);
});

test.each([
  { args: ["run", "py", "--", "ls", "-l"], command: ["ls", "-l"] },
  { args: ["run", "py", "ls"], command: ["ls"] },
  { args: ["run", "--tag", "py", "--", "ls", "-l"], command: ["ls", "-l"] },
  { args: ["run", "--tag", "py", "ls"], command: ["ls"] },
  { args: ["run", "py", "-e", "A=b", "--", "--tag"], command: ["--tag"] },
])("$args runs its command in a fork of py", async ({ args, command }) => {
  const { requests, status } = await asked(...args);
  expect(requests.map(({ body }) => body).slice(0, 2)).toMatchObject([
    { snapshot_tag: "py" },
    { args: command },
  ]);
  expect(status).toBe(0);
});

test.each([
  { args: ["run", "--", "ls"], said: "a name is missing" },
  { args: ["run", "other", "--tag", "py", "--", "ls"], said: "other and --tag py are two names" },
  { args: ["push", "reg.example/x:1", "py"], said: "try: forkd push py reg.example/x:1" },
  { args: ["push", "reg.example/x:1"], said: "a name is missing" },
  { args: ["pack"], said: "try: forkd pack TAG" },
  { args: ["stop", ID], said: "a sandbox: forkd kill ID" },
  { args: ["kill", "-s", "HUP", ID], said: "forkd signal ID PID SIGNAL" },
  { args: ["describe", ID], said: "try: forkd inspect NAME" },
  { args: ["rm", ID], said: "try: a sandbox: forkd kill ID" },
  { args: ["attach", "12", ID], said: `the sandbox comes first: forkd attach ${ID}` },
])("$args is told what mends it", async ({ args, said }) => {
  const { requests, status, stderr } = await asked(...args);
  expect(stderr).toContain(said);
  expect([status, requests]).toEqual([2, []]);
});

test("an environment variable may stand behind the id", async () => {
  const { requests } = await asked("exec", ID, "-e", "A=b", "--", "env");
  expect(requests[0]?.body).toMatchObject({ args: ["env"], env: { A: "b" } });
});

test("a code and a sandbox that are swapped are told so, and a field is called by its option", async () => {
  const notFound = {
    error: "there is no sandbox 1+1",
    code: "sandbox_not_found",
    hint: "list them: forkd ps",
  };
  const issues = [{ path: "n", message: "must be from 1 to 1000, and is 5000" }];
  const invalid = {
    error: "the request is not valid: n must …",
    code: "invalid_request",
    hint: "",
    details: { issues },
  };
  await using daemon = await serveRoutes({
    "POST /v1/sandboxes/1%2B1/eval": { status: 404, json: notFound },
    "POST /v1/sandboxes/f()/eval": {
      status: 400,
      json: { ...invalid, details: { issues: [{ path: "id", message: "must be a sandbox id" }] } },
    },
    "POST /v1/sandboxes": { status: 400, json: invalid },
  });
  const swapped = await finish(startForkd(daemon.url, ["eval", "1+1", ID]));
  expect(swapped.stderr).toContain(`the sandbox comes first: forkd eval ${ID}`);
  const call = await finish(startForkd(daemon.url, ["eval", "f()", ID]));
  expect(call.stderr).toContain(`the sandbox comes first: forkd eval ${ID}`);
  const tooMany = await finish(startForkd(daemon.url, ["fork", "py", "-n", "5000"]));
  expect(tooMany.stderr).toBe("error: -n must be from 1 to 1000, and is 5000\n  try: forkd fork --help\n");
});

test("of a verb that is not there, there is no help either", async () => {
  for (const args of [
    ["help", "frok"],
    ["frok", "--help"],
  ]) {
    expect(await asked(...args)).toMatchObject({
      status: 2,
      stderr: "error: unknown command 'frok' (Did you mean fork?)\n  try: forkd --help\n",
    });
  }
});
