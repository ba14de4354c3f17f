import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { answerJson, answerLines, readBody, serveHttp } from "../../sdk/test/http-fixture.ts";
import type { Handler } from "../../sdk/test/http-fixture.ts";
import { connect } from "../test/connect.ts";
import { ID, sandboxReply, snapshotReply } from "../test/replies.ts";
import { ERROR_META } from "./failures/describe-failure.ts";
import { SESSION_LABEL } from "./session.ts";

const NOWHERE = "unix:/nowhere/forkd.sock";
/** What the reference system's server has. */
const REFERENCE = {
  list_snapshots: [],
  create_snapshot: ["tag", "kernel", "rootfs", "rw", "tap", "boot_wait_secs"],
  spawn_sandboxes: ["snapshot_tag", "n", "per_child_netns", "memory_limit_mib", "prewarm", "live_fork"],
  branch_sandbox: ["sandbox_id", "tag", "diff", "measure_diff", "mode", "wait"],
  list_sandboxes: [],
  get_sandbox: ["id"],
  kill_sandbox: ["id"],
  exec_command: ["id", "args", "timeout_secs"],
  eval_code: ["id", "code"],
  ping_sandbox: ["id"],
  wait_for_text: ["id", "path", "marker", "timeout_secs", "poll_interval_ms"],
} as const;

test("the tools of the reference system are there, by their names and with their arguments", async () => {
  await using connected = await connect(NOWHERE);
  const { tools } = await connected.client.listTools();
  for (const [name, fields] of Object.entries(REFERENCE)) {
    const properties = tools.find((tool) => tool.name === name)?.inputSchema.properties;
    expect([name, Object.keys(properties ?? {})]).toEqual([name, expect.arrayContaining([...fields])]);
  }
});

test("every tool says what it is for, what it gives, and what it does to the world", async () => {
  await using connected = await connect(NOWHERE);
  for (const { name, title, description, outputSchema, annotations } of (await connected.client.listTools())
    .tools) {
    expect([name, title, description, outputSchema]).toEqual([
      name,
      expect.any(String),
      expect.any(String),
      expect.any(Object),
    ]);
    expect(Object.keys(annotations ?? {}).toSorted()).toEqual([
      "destructiveHint",
      "idempotentHint",
      "openWorldHint",
      "readOnlyHint",
    ]);
  }
});

test("arguments that do not fit are told in words, all at once, and the daemon hears nothing of them", async () => {
  let requests = 0;
  await using daemon = await serveHttp("unix", () => (requests += 1));
  await using connected = await connect(daemon.url);
  const args = { id: "../../etc", path: "relative", more: 1 };
  const result = await connected.client.callTool({ name: "read_file", arguments: args });
  const error = expect.stringMatching(/id must be .*path must be an absolute path.*no field more/) as string;
  expect(result).toMatchObject({
    isError: true,
    _meta: { [ERROR_META]: { code: "invalid_request", error } },
  });
  expect(requests).toBe(0);
});

test("an error of the daemon is told with its code, and what mends it is a call of a tool", async () => {
  const wire = {
    error: `${ID} is paused`,
    code: "sandbox_paused",
    hint: `let it run: forkd resume ${ID}`,
    hint_parts: ["let it run: ", { operation: "resumeSandbox", args: { id: ID } }],
  };
  await using daemon = await serveHttp("unix", (_, response) => answerJson(response, 409, wire));
  await using connected = await connect(daemon.url);
  const result = await connected.client.callTool({
    name: "exec_command",
    arguments: { id: ID, args: ["ls"] },
  });
  const text = `error sandbox_paused: ${ID} is paused\nhint: let it run: resume_sandbox with {"id":"${ID}"}`;
  expect(result).toMatchObject({ isError: true, content: [{ type: "text", text }] });
});

test("where there is no daemon, the error says so", async () => {
  await using connected = await connect(NOWHERE);
  const result = await connected.client.callTool({ name: "list_snapshots" });
  expect(result).toMatchObject({ isError: true, _meta: { [ERROR_META]: { code: "daemon_unreachable" } } });
});

test("sandboxes are forked with the label of the session, and their data is what REST gives", async () => {
  const asked: unknown[] = [];
  await using daemon = await serveHttp("unix", async (request, response) => {
    asked.push(JSON.parse(await readBody(request)));
    answerLines(response, [{ type: "result", result: [sandboxReply()] }]);
  });
  await using connected = await connect(daemon.url);
  const own = { ttl_secs: 60, children: [{ env: { ROLE_OF: "a_b" }, hostname: "one" }] };
  const args = { snapshot_tag: "py", labels: { team: "web" }, ...own };
  const result = await connected.client.callTool({ name: "spawn_sandboxes", arguments: args });
  expect(result.structuredContent).toEqual({ sandboxes: [sandboxReply()] });
  expect(asked).toEqual([
    expect.objectContaining({
      snapshot_tag: "py",
      n: 1,
      ttl_secs: 60,
      children: [expect.objectContaining({ env: { ROLE_OF: "a_b" }, hostname: "one" })],
      labels: { team: "web", [SESSION_LABEL]: connected.session.id },
    }),
  ]);
});

test("the steps of long work are told while it goes on", async () => {
  await using daemon = await serveHttp("unix", async (_, response) => {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    for (const done of [1, 2]) {
      response.write(
        `${JSON.stringify({ type: "progress", step: "boot", message: "booting", done, total: 2 })}\n`,
      );
      await delay(50);
    }
    response.end(`${JSON.stringify({ type: "result", result: snapshotReply() })}\n`);
  });
  await using connected = await connect(daemon.url);
  const told: (string | undefined)[] = [];
  const onprogress = ({ message }: { message?: string | undefined }) => void told.push(message);
  const call = { name: "create_snapshot", arguments: { tag: "py", image: "py" } };
  expect((await connected.client.callTool(call, { onprogress })).isError).toBeFalsy();
  expect(told).toEqual(["booting (1 of 2)", "booting (2 of 2)"]);
});

test("a call that is cancelled ends the request to the daemon", async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  await using daemon = await serveHttp("unix", (_, response) => {
    response.on("close", resolve);
    begin();
  });
  await using connected = await connect(daemon.url);
  const caller = new AbortController();
  const call = connected.client.callTool(
    { name: "exec_command", arguments: { id: ID, args: ["sleep", "60"] } },
    { signal: caller.signal },
  );
  await begun;
  const reason = new Error("enough");
  caller.abort(reason);
  await expect(call).rejects.toThrow("enough");
  await gone;
});

/** A daemon with one sandbox of somebody, which notes whether it was ended. */
function withSandbox(labels: () => Record<string, string>, ended: string[]): Handler {
  return (request, response) => {
    if (request.method === "DELETE") {
      ended.push(request.url ?? "");
      response.writeHead(204).end();
    } else answerJson(response, 200, sandboxReply({ labels: labels() }));
  };
}

test.each([
  [{ action: "accept", content: { confirm: true } }, 1],
  [{ action: "accept", content: { confirm: false } }, 0],
  [{ action: "decline" }, 0],
  [{ action: "cancel" }, 0],
] as const)("the user is asked before another's sandbox ends: %j", async (answer, count) => {
  const [ended, questions] = [[] as string[], [] as string[]];
  await using daemon = await serveHttp(
    "unix",
    withSandbox(() => ({}), ended),
  );
  await using connected = await connect(daemon.url, {
    answer,
    onQuestion: (message) => questions.push(message),
  });
  const result = await connected.client.callTool({ name: "kill_sandbox", arguments: { id: ID } });
  expect(questions).toEqual([expect.stringContaining(ID)]);
  expect(ended).toHaveLength(count);
  const told = result.structuredContent ?? result._meta?.[ERROR_META];
  expect(told).toMatchObject(count === 1 ? { id: ID, killed: true } : { code: "declined" });
});

test("a sandbox of the session's own ends without a question, and any where the client cannot ask", async () => {
  const [ended, questions] = [[] as string[], [] as string[]];
  let labels: Record<string, string> = {};
  await using daemon = await serveHttp(
    "unix",
    withSandbox(() => labels, ended),
  );
  await using asking = await connect(daemon.url, {
    answer: { action: "decline" },
    onQuestion: (q) => questions.push(q),
  });
  labels = { [SESSION_LABEL]: asking.session.id };
  await asking.client.callTool({ name: "kill_sandbox", arguments: { id: ID } });
  await using silent = await connect(daemon.url);
  await silent.client.callTool({ name: "kill_sandbox", arguments: { id: ID } });
  expect([ended.length, questions]).toEqual([2, []]);
});
