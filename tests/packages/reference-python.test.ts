import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PARENT } from "../harness/parent.ts";
import { removeSnapshot } from "../harness/remove-snapshots.ts";
import { startOnTcp } from "../harness/tcp-daemon.ts";
import type { TcpDaemon } from "../harness/tcp-daemon.ts";
import { installFromPypi, PYTHON } from "./pypi.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 100_000;
const OURS = resolve(import.meta.dirname, "../../python/forkd/src");
const theirs = await installFromPypi(["forkd==0.5.3"]);

let tcp: TcpDaemon;
beforeAll(async () => {
  tcp = await startOnTcp("reference-python");
});
afterEach(async () => {
  for (const tag of ["", "-diff", "-mode"]) await removeSnapshot(tcp.daemon.forkd, `reference-python${tag}`);
});
afterAll(() => tcp[Symbol.asyncDispose]());

describe.each([
  {
    name: "the reference system's own package (left out where pip cannot get it from PyPI)",
    packages: theirs,
  },
  { name: "ours", packages: OURS },
])("with $name", ({ packages }) => {
  test.skipIf(packages === undefined)("a program for the reference system does all of it", async () => {
    const env = {
      PATH: process.env["PATH"],
      PYTHONPATH: packages,
      PYTHONDONTWRITEBYTECODE: "1",
      FORKD_URL: tcp.baseUrl,
      FORKD_TOKEN: tcp.token,
    };
    const program = join(import.meta.dirname, "reference_program.py");
    const { stdout } = await run(PYTHON, [program, PARENT, "reference-python"], { env, timeout: TIMEOUT_MS });
    expect(JSON.parse(stdout)).toEqual({
      snapshot: true,
      fields: true,
      listed: true,
      got: true,
      exec: { stdout: "out\n", stderr: "err\n", exit_code: 3 },
      eval: "42",
      raised: true,
      pong: true,
      "branched from": [true, true, true],
      taken: 409,
      kept: "kept\n",
      gone: [404, 404, 404],
    });
  });
});
