import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const PACKAGE = resolve(import.meta.dirname, "../../python/forkd");
/** That of the distribution, which has its packages. */
const PYTHON = "/usr/bin/python3";
/** What the package is for. Ubuntu 22.04 has an older one. */
const OLDEST = "3.11";
const TIMEOUT_MS = 400_000;

const run = promisify(execFile);
const isNewEnough = await run(PYTHON, [
  "-c",
  `import sys; sys.exit(sys.version_info < (${OLDEST.replace(".", ", ")}))`,
]).then(
  () => true,
  () => false,
);

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());

test.skipIf(!isNewEnough)(
  `the tests of the Python client pass (left out where ${PYTHON} is older than ${OLDEST})`,
  async () => {
    const env = {
      ...process.env,
      FORKD_URL: "",
      FORKD_SOCKET: daemon.socketPath,
      FORKD_TAG: PARENT,
      FORKD_COMMAND: join(PACKAGE, "../../bin/forkd"),
      PYTHONDONTWRITEBYTECODE: "1",
    };
    const args = [
      "-m",
      "pytest",
      "-q",
      "--no-header",
      "-p",
      "no:cacheprovider",
      "-o",
      "faulthandler_timeout=60",
    ];
    const told = await run(PYTHON, args, { cwd: PACKAGE, env }).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => ({
        stdout: `${stdout}${stderr}`.slice(-20_000),
      }),
    );
    expect(told.stdout).toMatch(/^\d+ passed(?:, \d+ warnings?)? in /m);
  },
  TIMEOUT_MS,
);
