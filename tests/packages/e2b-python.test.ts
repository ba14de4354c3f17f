import { execFile } from "node:child_process";
import { access, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";
import { TEST_CACHE_DIR } from "../harness/test-daemon.ts";

const PYTHON = "/usr/bin/python3";
/** The newest that were there when this was written. */
const CLIENTS = ["e2b==2.63.0", "e2b-code-interpreter==2.11.5"];
const INSTALLED = join(TEST_CACHE_DIR, `pypi-${CLIENTS.join("-").replaceAll("==", "-")}`);
const TIMEOUT_MS = 300_000;

const run = promisify(execFile);

/** Installs the clients, once; undefined where PyPI cannot be reached, or pip or Python is not what they need. */
async function provideClients(): Promise<string | undefined> {
  try {
    await access(INSTALLED);
    return INSTALLED;
  } catch {
    // Not yet.
  }
  const place = await mkdtemp(`${INSTALLED}-`);
  try {
    const install = ["-m", "pip", "install", "-q", "--no-input", "--retries", "0", "--timeout", "10"];
    const env = { ...process.env, PIP_ROOT_USER_ACTION: "ignore" };
    await run(PYTHON, [...install, "--only-binary", ":all:", "--target", place, ...CLIENTS], { env });
    await rename(place, INSTALLED);
    return INSTALLED;
  } catch {
    await rm(place, { recursive: true, force: true });
    return undefined;
  }
}

const clients = await provideClients();

let e2b: E2bDaemon;
beforeAll(async () => {
  e2b = await startForE2b("e2b-python");
});
afterAll(() => e2b[Symbol.asyncDispose]());

test.skipIf(clients === undefined)(
  "E2B's Python clients do all of it, blocking and not (left out where pip cannot get them from PyPI)",
  async () => {
    const { apiKey, apiUrl, sandboxUrl } = e2b.options;
    const env = {
      PATH: process.env["PATH"],
      PYTHONPATH: clients,
      PYTHONDONTWRITEBYTECODE: "1",
      E2B_API_KEY: apiKey,
      E2B_API_URL: apiUrl,
      E2B_SANDBOX_URL: sandboxUrl,
    };
    const program = join(import.meta.dirname, "e2b_clients.py");
    const { stdout } = await run(PYTHON, [program, PARENT], { env, timeout: TIMEOUT_MS });
    expect(stdout).toBe("all of it holds\n");
    expect(await e2b.daemon.forkd.sandboxes.list()).toEqual([]);
  },
  TIMEOUT_MS,
);
