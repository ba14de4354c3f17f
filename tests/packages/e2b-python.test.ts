import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";
import { installFromPypi, PYTHON } from "./pypi.ts";

/** The newest that were there when this was written. */
const CLIENTS = ["e2b==2.63.0", "e2b-code-interpreter==2.11.5"];
const TIMEOUT_MS = 300_000;

const run = promisify(execFile);

const clients = await installFromPypi(CLIENTS);

let e2b: E2bDaemon;
beforeAll(async () => {
  e2b = await startForE2b("e2b-python");
});
afterAll(() => e2b[Symbol.asyncDispose]());

const PROGRAMS = [
  ["make, use, pause and end sandboxes", "e2b_clients.py"],
  ["do the rest of what they have", "e2b_rest.py"],
];

test.skipIf(clients === undefined).each(PROGRAMS)(
  "E2B's Python clients, blocking and not, %s (left out where pip cannot get them from PyPI)",
  async (_, name) => {
    const { apiKey, apiUrl, sandboxUrl } = e2b.options;
    const env = {
      PATH: process.env["PATH"],
      PYTHONPATH: clients,
      PYTHONDONTWRITEBYTECODE: "1",
      E2B_API_KEY: apiKey,
      E2B_API_URL: apiUrl,
      E2B_SANDBOX_URL: sandboxUrl,
    };
    const program = join(import.meta.dirname, name);
    const { stdout } = await run(PYTHON, [program, PARENT], { env, timeout: TIMEOUT_MS });
    expect(stdout).toBe("all of it holds\n");
    expect(await e2b.daemon.forkd.sandboxes.list()).toEqual([]);
  },
  TIMEOUT_MS,
);
