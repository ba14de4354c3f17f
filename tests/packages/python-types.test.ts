import { execFile } from "node:child_process";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { installFromPypi, PYTHON } from "./pypi.ts";

const PACKAGE = resolve(import.meta.dirname, "../../python/forkd");
const TIMEOUT_MS = 400_000;

/** Debian 12 has one that knows too little. */
const mypy = await installFromPypi(["mypy==2.4.1"]);

test.skipIf(mypy === undefined)(
  "the Python client's types hold (left out where pip cannot get mypy from PyPI)",
  async () => {
    await using cache = await mkdtempDisposable(join(tmpdir(), "forkd-mypy-"));
    const env = { ...process.env, PYTHONPATH: mypy, PYTHONDONTWRITEBYTECODE: "1" };
    const check = promisify(execFile)(PYTHON, ["-m", "mypy", "--cache-dir", cache.path], {
      cwd: PACKAGE,
      env,
    });
    const { stdout } = await check.catch((failed: { stdout: string }) => failed);
    expect(stdout).toMatch(/^Success: no issues found/);
  },
  TIMEOUT_MS,
);
