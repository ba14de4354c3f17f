import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARENT } from "../harness/parent.ts";
import { startOnTcp } from "../harness/tcp-daemon.ts";
import type { TcpDaemon } from "../harness/tcp-daemon.ts";
import { installFromPypi, PYTHON } from "./pypi.ts";

interface Told {
  readonly id: string;
  readonly tag: string;
  readonly memory_limit_mib: number;
}

const server = await installFromPypi(["forkd-mcp==0.2.1"]);
/** It asks for a limit of memory, which others may lack the right to. */
const isRoot = process.getuid?.() === 0;

let tcp: TcpDaemon;
beforeAll(async () => {
  tcp = await startOnTcp("reference-mcp");
});
afterAll(() => tcp[Symbol.asyncDispose]());

/** The official client, with the reference system's server. */
async function connect(): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  const env = {
    PATH: process.env["PATH"] ?? "",
    PYTHONPATH: server ?? "",
    PYTHONDONTWRITEBYTECODE: "1",
    FORKD_URL: tcp.baseUrl,
    FORKD_TOKEN: tcp.token,
  };
  await client.connect(
    new StdioClientTransport({ command: PYTHON, args: ["-m", "forkd_mcp.server"], env, stderr: "ignore" }),
  );
  return client;
}

async function ask(client: Client, name: string, args: Record<string, unknown> = {}): Promise<unknown> {
  const { isError, content, structuredContent } = await client.callTool({ name, arguments: args });
  if (isError) throw new Error(`${name} failed: ${JSON.stringify(content)}`);
  const told = structuredContent as { result?: unknown } | undefined;
  // It wraps lists, which are no objects.
  return Array.isArray(told?.result) ? told.result : told;
}

test.skipIf(server === undefined || !isRoot)(
  "the reference system's MCP server does all of it (left out without root, or where pip cannot get it from PyPI)",
  async () => {
    await using stack = new AsyncDisposableStack();
    const client = stack.adopt(await connect(), (client) => client.close());
    const call = (name: string, args?: Record<string, unknown>) => ask(client, name, args);
    expect(await call("list_snapshots")).toContainEqual(expect.objectContaining({ tag: PARENT }));
    // It asks for a limit of 256 MiB, which is what the guest has.
    const [made] = (await call("spawn_sandboxes", { snapshot_tag: PARENT })) as Told[];
    const { id: sandbox_id } = made!;
    expect(made).toMatchObject({ memory_limit_mib: 320 });
    expect(await call("get_sandbox", { sandbox_id })).toMatchObject({ id: sandbox_id });
    const args = ["sh", "-c", "echo READY > /root/log; cat /root/log"];
    expect(await call("exec_command", { sandbox_id, args })).toMatchObject({
      stdout: "READY\n",
      exit_code: 0,
    });
    expect(await call("eval_code", { sandbox_id, code: "6 * 7" })).toMatchObject({ result: "42" });
    const waited = { sandbox_id, path: "/root/log", marker: "READY" };
    expect(await call("wait_for_text", waited)).toMatchObject({ found: true });
    expect(await call("ping_sandbox", { sandbox_id })).toBeTruthy();
    const { tag } = (await call("branch_sandbox", { sandbox_id, tag: "reference-mcp" })) as Told;
    stack.defer(async () => void (await tcp.daemon.forkd.snapshots.remove(tag)));
    const [other] = (await call("spawn_sandboxes", { snapshot_tag: tag })) as Told[];
    const kept = { sandbox_id: other!.id, args: ["cat", "/root/log"] };
    expect(await call("exec_command", kept)).toMatchObject({ stdout: "READY\n" });
    for (const id of [sandbox_id, other!.id])
      expect(await call("kill_sandbox", { sandbox_id: id })).toMatchObject({ killed: true });
    expect(await call("list_sandboxes")).toEqual([]);
  },
);
