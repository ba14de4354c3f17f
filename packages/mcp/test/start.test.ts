import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

const PROGRAM = `
await import("@forkd/mcp");
const { Forkd } = await import("@forkd/sdk");
const forkd = new Forkd({ baseUrl: "unix:/nowhere/forkd.sock", startDaemon: false });
const { code } = await forkd.health().catch((error) => error);
console.log(code, process.moduleLoadList.filter((name) => name.includes("undici")));
`;

test("what is ready in a moment loads no fetch: the server, and a client over a unix socket", async () => {
  const options = ["--conditions=@forkd/source", "--input-type=module", "--eval", PROGRAM];
  const { stdout } = await run(process.execPath, options, { cwd: import.meta.dirname });
  expect(stdout).toBe("daemon_unreachable []\n");
});
