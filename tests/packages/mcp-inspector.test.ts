import { execFile } from "node:child_process";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { installFromNpm } from "./from-npm.ts";

const run = promisify(execFile);
const PROGRAM = resolve(import.meta.dirname, "../../bin/forkd-mcp");
const TIMEOUT_MS = 240_000;
const CALL_TIMEOUT_MS = 60_000;
const inspector = await installFromNpm("@modelcontextprotocol/inspector", "2.12.0");

test.skipIf(inspector === undefined)(
  "the protocol's inspector finds nothing wrong with our tools, calls one and reads a log (left out where npm cannot get it)",
  async () => {
    await using stack = new AsyncDisposableStack();
    const home = stack.use(await mkdtempDisposable(join(tmpdir(), "forkd-inspector-")));
    const daemon = stack.use(await TestDaemon.start());
    const child = await forkOne(daemon);
    const ask = async (...args: string[]): Promise<unknown> => {
      const launcher = join(inspector!, "clients/launcher/build/index.js");
      const env = { ...process.env, HOME: home.path };
      const url = `FORKD_URL=${daemon.forkd.baseUrl}`;
      const server = [PROGRAM, "-e", url, "-e", "NODE_DISABLE_COMPILE_CACHE=1"];
      const options = { env, timeout: CALL_TIMEOUT_MS };
      const { stdout } = await run(process.execPath, [launcher, "--cli", ...server, ...args], options);
      return JSON.parse(stdout);
    };
    // It fails where a schema has what some clients cannot take.
    const { tools } = (await ask("--method", "tools/list", "--strict")) as { tools: { name: string }[] };
    expect(tools.map(({ name }) => name)).toContain("exec_command");
    const args = [`id=${child.id}`, "code=6 * 7"].flatMap((pair) => ["--tool-arg", pair]);
    expect(await ask("--method", "tools/call", "--tool-name", "eval_code", ...args)).toMatchObject({
      structuredContent: { result: "42" },
    });
    const uri = `forkd://sandboxes/${child.id}/logs`;
    expect(await ask("--method", "resources/read", "--uri", uri)).toMatchObject({ contents: [{ uri }] });
    await child.kill();
  },
  TIMEOUT_MS,
);
