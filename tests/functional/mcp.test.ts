import { resolve } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import type { CallToolResult } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { expect, test } from "vitest";
import { useChild } from "../harness/one-child.ts";
import { PARENT } from "../harness/parent.ts";

const PROGRAM = resolve(import.meta.dirname, "../../bin/forkd-mcp");
/** One pixel. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const used = useChild();

type Arguments = Record<string, unknown>;

/** The official client, with a server of ours that it has started. */
class McpClient implements AsyncDisposable {
  readonly client = new Client({ name: "test", version: "1" });

  static async start(...args: string[]): Promise<McpClient> {
    const mcp = new McpClient();
    const env = { ...process.env, FORKD_URL: used.daemon.forkd.baseUrl } as Record<string, string>;
    await mcp.client.connect(new StdioClientTransport({ command: PROGRAM, args, env }));
    return mcp;
  }

  ask(name: string, args: Arguments = {}): Promise<CallToolResult> {
    return this.client.callTool({ name, arguments: args });
  }

  /** The data of a tool that does what is asked. */
  async get<Data>(name: string, args: Arguments = {}): Promise<Data> {
    const { isError, content, structuredContent } = await this.ask(name, args);
    if (isError) throw new Error(`${name} failed: ${JSON.stringify(content)}`);
    return structuredContent as Data;
  }

  async spawn(args: Arguments = {}): Promise<string> {
    const { sandboxes } = await this.get<{ sandboxes: { id: string }[] }>("spawn_sandboxes", {
      snapshot_tag: PARENT,
      ...args,
    });
    return sandboxes[0]!.id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
  }
}

test("a model forks, runs code and commands, works with files, and goes back to a branch", async () => {
  await using mcp = await McpClient.start("--on-end", "kill");
  const id = await mcp.spawn();
  expect(
    await mcp.get("exec_command", { id, args: ["sh", "-c", "echo out; echo err >&2; exit 3"] }),
  ).toMatchObject({
    stdout: "out\n",
    stderr: "err\n",
    exit_code: 3,
  });
  expect(await mcp.get("eval_code", { id, code: "numbers = numpy.arange(4); numbers.sum()" })).toMatchObject({
    result_json: "6",
  });
  await mcp.get("write_file", { id, path: "/srv/a/note.txt", content: "grün\n" });
  const first = { id, path: "/srv/a/note.txt", length: 3 };
  expect(await mcp.get("read_file", first)).toMatchObject({ content: "gr", next_offset: 2 });
  expect(await mcp.get("read_file", { ...first, offset: 2, length: 9 })).toMatchObject({
    content: "ün\n",
    next_offset: null,
  });
  const { tag } = await mcp.get<{ tag: string }>("branch_sandbox", { sandbox_id: id, tag: "mcp-branch" });
  await mcp.get("eval_code", { id, code: "numbers = None" });
  const other = await mcp.spawn({ snapshot_tag: tag });
  expect(await mcp.get("eval_code", { id: other, code: "int(numbers[3])" })).toMatchObject({ result: "3" });
  await mcp.get("kill_sandbox", { id: other });
  expect(await mcp.get("delete_snapshot", { tag })).toEqual({ removed: ["mcp-branch"] });
});

test("images that code displays, and those in files, come as images", async () => {
  await using mcp = await McpClient.start();
  const { id } = used.child;
  const code = `import base64\nclass Dot:\n  def _repr_png_(self): return base64.b64decode("${PNG}")\nDot()`;
  const image = { type: "image", data: PNG, mimeType: "image/png" };
  expect((await mcp.ask("eval_code", { id, code })).content).toContainEqual(image);
  await mcp.get("write_file", { id, path: "/root/dot.png", content: PNG, encoding: "base64" });
  expect((await mcp.ask("read_file", { id, path: "/root/dot.png" })).content).toContainEqual(image);
});

test("long output is cut, and says how to get the rest", async () => {
  await using mcp = await McpClient.start();
  const { id } = used.child;
  const args = ["sh", "-c", "printf %0100000d 0 | tee /root/long"];
  const cut = await mcp.ask("exec_command", { id, args });
  expect(cut.structuredContent).toMatchObject({ stdout: "0".repeat(32_768), truncated: true });
  expect(cut.content[0]).toMatchObject({
    text: expect.stringMatching(/\[cut: .*max_output.*read_file/) as string,
  });
  const rest = await mcp.get<{ content: string }>("read_file", {
    id,
    path: "/root/long",
    offset: 32_768,
    length: 99_999,
  });
  expect(rest.content).toHaveLength(100_000 - 32_768);
});

test("a server in a sandbox is started, waited for, asked, read and stopped", async () => {
  await using mcp = await McpClient.start();
  const { id } = used.child;
  const args = ["python3", "-um", "http.server", "8000", "--bind", "127.0.0.1", "--directory", "/etc"];
  const { pid } = await mcp.get<{ pid: number }>("start_command", { id, args });
  await mcp.get("wait_for_port", { id, port: 8000 });
  expect(await mcp.get("list_ports", { id })).toMatchObject({ ports: [{ port: 8000, pid }] });
  const page = await mcp.get<{ body: string }>("fetch_port", {
    id,
    port: 8000,
    path: "/debian_version",
    max_output: 3,
  });
  expect(page).toMatchObject({
    status: 200,
    truncated: true,
    body: expect.stringMatching(/^\d+\.$/) as string,
  });
  expect(await mcp.get("read_output", { id, pid, wait_secs: 5 })).toMatchObject({
    exit_code: null,
    stderr: expect.stringContaining("GET /debian_version") as string,
  });
  await mcp.get("stop_command", { id, pid });
  expect(await mcp.get("read_output", { id, pid, wait_secs: 30 })).toMatchObject({ exit_code: 143 });
});

test("logs and files are resources, and what is none is told as such", async () => {
  await using mcp = await McpClient.start();
  const { id, files } = used.child;
  await files.write("/root/with space.txt", "read me\n");
  const { resources } = await mcp.client.listResources();
  expect(resources.map(({ uri }) => uri)).toContain(`forkd://sandboxes/${id}/logs`);
  const read = async (path: string) =>
    (await mcp.client.readResource({ uri: `forkd://sandboxes/${path}` })).contents;
  expect(await read(`${id}/logs`)).toMatchObject([
    { mimeType: "text/plain", text: expect.stringContaining("tick") as string },
  ]);
  expect(await read(`${id}/files/root/with%20space.txt`)).toMatchObject([{ text: "read me\n" }]);
  await expect(read(`${id}/files/root/none`)).rejects.toThrow("/root/none");
  await expect(read("..%2f..%2fv1/logs")).rejects.toThrow("not found");
});

test("a paused sandbox is told with the tool that resumes it, and goes on", async () => {
  await using mcp = await McpClient.start("--on-end", "kill");
  const id = await mcp.spawn();
  expect(await mcp.get("pause_sandbox", { id })).toMatchObject({ status: "paused" });
  const refused = await mcp.ask("exec_command", { id, args: ["true"] });
  expect(refused).toMatchObject({ isError: true, _meta: { "forkd/error": { code: "sandbox_paused" } } });
  expect(refused.content[0]).toMatchObject({
    text: expect.stringContaining(`resume_sandbox with {"id":"${id}"}`) as string,
  });
  expect(await mcp.get("resume_sandbox", { id })).toMatchObject({ status: "running" });
  const { sandboxes } = await mcp.get<{ sandboxes: { id: string }[] }>("fork_sandbox", { id, n: 2 });
  expect(sandboxes).toHaveLength(2);
});

test("a sandbox that ends in the middle of a call ends it with an error", async () => {
  await using mcp = await McpClient.start("--on-end", "kill");
  const id = await mcp.spawn();
  const call = mcp.ask("exec_command", { id, args: ["sleep", "600"], timeout_secs: null });
  const sandbox = used.daemon.forkd.sandboxes.at(id);
  await expect.poll(async () => (await sandbox.processes()).some(({ args }) => args[1] === "600")).toBe(true);
  await sandbox.kill();
  expect(await call).toMatchObject({
    isError: true,
    _meta: { "forkd/error": { code: expect.stringMatching(/^sandbox_(dead|not_found)$/) as string } },
  });
});

test("a call that is cancelled ends what it has begun in the guest", async () => {
  await using mcp = await McpClient.start();
  const { child } = used;
  const caller = new AbortController();
  const request = {
    name: "exec_command",
    arguments: { id: child.id, args: ["sleep", "601"], timeout_secs: null },
  };
  const call = mcp.client.callTool(request, { signal: caller.signal });
  const runs = async () =>
    (await child.processes()).some(({ args, running }) => args[1] === "601" && running);
  await expect.poll(runs).toBe(true);
  caller.abort(new Error("enough"));
  await expect(call).rejects.toThrow("enough");
  await expect.poll(runs).toBe(false);
});

test("what a session has made ends with it where that was asked for, and nothing else does", async () => {
  const made: Record<string, string> = {};
  for (const action of ["keep", "suspend", "kill"]) {
    await using mcp = await McpClient.start("--on-end", action);
    made[action] = await mcp.spawn({ name: `mcp-${action}` });
    const mine = await mcp.get<{ sandboxes: { id: string }[] }>("list_sandboxes", { mine: true });
    expect(mine.sandboxes.map(({ id }) => id)).toEqual([made[action]]);
  }
  const statusOf = async (id: string) => {
    const all = await used.daemon.forkd.sandboxes.list();
    return all.find((sandbox) => sandbox.id === id)?.info.status;
  };
  const statuses = () =>
    Promise.all([made["keep"]!, made["suspend"]!, made["kill"]!, used.child.id].map(statusOf));
  await expect.poll(statuses).toEqual(["running", "suspended", undefined, "running"]);
  for (const id of [made["keep"]!, made["suspend"]!]) await used.daemon.forkd.sandboxes.kill(id);
});
