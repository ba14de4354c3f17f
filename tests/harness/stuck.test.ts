import { execFile } from "node:child_process";
import { mkdtempDisposable, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { isGone } from "../../packages/engine-qemu/test/process-facts.ts";

const VITEST = join(import.meta.dirname, "../../node_modules/vitest/vitest.mjs");
const CONFIG = join(import.meta.dirname, "stuck/vitest.config.ts");

test("a machine ends with its test file, also when the hook that started it has timed out", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-stuck-"));
  const pidFile = join(directory.path, "pid");
  const run = promisify(execFile)(process.execPath, [VITEST, "run", "--config", CONFIG], {
    env: { ...process.env, FORKD_TEST_STUCK_PID: pidFile },
  });
  const { stderr } = await run.then(
    () => Promise.reject(new Error("the file did not fail")),
    (error: unknown) => error as { stderr: string },
  );
  expect(stderr).toContain("Hook timed out");
  expect(isGone(Number(await readFile(pidFile, "utf8")))).toBe(true);
});
