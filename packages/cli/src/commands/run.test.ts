import { expect, test } from "vitest";
import { result, serveRoutes } from "../../test/recording-daemon.ts";
import { forkd } from "../../test/run-forkd.ts";
import { sandboxReply } from "../../test/replies.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";
const EXIT = { type: "exit", exit_code: 4, signal: null, timed_out: false, duration_ms: 5 };
const STARTED = {
  stdout: "",
  stderr: "",
  exit_code: 0,
  signal: null,
  timed_out: false,
  truncated: false,
  running: true,
  pid: 12,
  duration_ms: 0,
  next_offset: null,
};
const FORKED = {
  "POST /v1/sandboxes": result([sandboxReply({ id: ID })]),
  [`DELETE /v1/sandboxes/${ID}`]: { status: 204 },
};

test("run -d prints the id of a sandbox that is left running with its command", async () => {
  await using daemon = await serveRoutes({
    ...FORKED,
    [`POST /v1/sandboxes/${ID}/exec`]: { json: STARTED },
  });
  const { stdout, status } = await forkd(daemon.url, "run", "py", "-d", "--name", "web", "--", "serve");
  expect({ stdout, status }).toEqual({ stdout: `${ID}\n`, status: 0 });
  expect(daemon.requests.map(({ body }) => body)).toMatchObject([
    { snapshot_tag: "py", name: "web" },
    { args: ["serve"], detach: true },
  ]);
});

test("run takes the limits and the network of a fork", async () => {
  await using daemon = await serveRoutes({
    ...FORKED,
    [`POST /v1/sandboxes/${ID}/exec`]: { lines: [EXIT] },
  });
  const words = "run py --cpus 0.5 --memory-limit-mib 400 --tasks none --network user --egress allow -- ls";
  await forkd(daemon.url, ...words.split(" "));
  expect(daemon.requests[0]?.body).toMatchObject({
    cpu_limit: 0.5,
    memory_limit_mib: 400,
    task_limit: null,
    network: { mode: "user", egress: "allow" },
  });
});

test("run and fork link a sandbox, and fork shows to what, and where that reaches it", async () => {
  const network = { mode: "netns", egress: "deny", link: "shop" } as const;
  const linked = sandboxReply({ id: ID, network, link_addr: "10.42.1.7" });
  await using daemon = await serveRoutes({
    ...FORKED,
    "POST /v1/sandboxes": result([linked]),
    [`POST /v1/sandboxes/${ID}/exec`]: { lines: [EXIT] },
  });
  await forkd(daemon.url, ..."run py --network netns --link shop -- ls".split(" "));
  const { stdout } = await forkd(daemon.url, ..."fork py --network netns --link shop".split(" "));
  expect(stdout).toMatch(/ LINK +RESTORED/);
  expect(stdout).toContain(" shop 10.42.1.7 ");
  const asked = daemon.requests.filter(({ route }) => route === "POST /v1/sandboxes");
  const wanted = { network: { mode: "netns", link: "shop" } };
  expect(asked.map(({ body }) => body)).toMatchObject([wanted, wanted]);
});

test("fork forks a group as one, with what is said of all of its members", async () => {
  await using daemon = await serveRoutes({
    "POST /v1/groups": result([sandboxReply({ id: ID, name: "db" })]),
  });
  const words = "fork --link shop --ttl 60 -n 2 --egress allow --cpus 1 --group db=postgres web=py -q";
  const { stdout, status } = await forkd(daemon.url, ...words.split(" "));
  expect({ stdout, status }).toEqual({ stdout: `${ID}\n`, status: 0 });
  const each = { n: 2, ttl_secs: 60, egress: "allow", cpu_limit: 1 };
  expect(daemon.requests.map(({ body }) => body)).toEqual([
    {
      link: "shop",
      members: [
        { ...each, name: "db", snapshot_tag: "postgres" },
        { ...each, name: "web", snapshot_tag: "py" },
      ],
    },
  ]);
});

test.each([
  ["--group db=postgres", "a group needs a name"],
  ["--link shop --group db", "It must be NAME=TAG"],
  ["--link shop --network user --group db=postgres", "have network namespaces"],
  ["--link shop --on-failure keep --group db=postgres", "as a whole or not at all"],
  ["--link shop --name x --group db=postgres", "cannot be used with"],
  ["py --link shop --group db=postgres", "names its snapshots itself"],
])("fork %s is no group", async (words, why) => {
  await using daemon = await serveRoutes({});
  const { stderr, status } = await forkd(daemon.url, "fork", ...words.split(" "));
  expect([stderr, status]).toEqual([expect.stringContaining(why), 2]);
  expect(daemon.requests).toEqual([]);
});

test("run --rm ends the sandbox, as without it", async () => {
  await using daemon = await serveRoutes({
    ...FORKED,
    [`POST /v1/sandboxes/${ID}/exec`]: { lines: [EXIT] },
  });
  expect((await forkd(daemon.url, "run", "--rm", "py", "--", "ls")).status).toBe(4);
  expect(daemon.requests.at(-1)?.route).toBe(`DELETE /v1/sandboxes/${ID}`);
});

test("a sandbox whose command does not start in the background is ended", async () => {
  const missing = { error: "there is no command x", code: "command_not_found", hint: "" };
  await using daemon = await serveRoutes({
    ...FORKED,
    [`POST /v1/sandboxes/${ID}/exec`]: { status: 422, json: missing },
  });
  expect((await forkd(daemon.url, "run", "py", "-d", "--", "x")).status).toBe(127);
  expect(daemon.requests.at(-1)?.route).toBe(`DELETE /v1/sandboxes/${ID}`);
});
