import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../scripts/docs/blocks.ts";
import { preparePlace } from "../harness/place.ts";
import type { TestDaemon } from "../harness/test-daemon.ts";

const run = promisify(execFile);

/** Runs `forkd recipe` with a test's daemon, and gives what it printed. Throws when it fails. */
export async function runRecipe(daemon: TestDaemon, ...args: string[]): Promise<string> {
  const env = { ...process.env, FORKD_URL: daemon.forkd.baseUrl };
  const { stdout } = await run(join(ROOT, "bin/forkd"), ["recipe", ...args], { env });
  return stdout;
}

const RESOLVER = join(ROOT, "packages/cli/src/recipes/resolve-sdk.ts");

/** Runs a file of `node:test`, with the SDK to hand; it may fail. */
export async function runNodeTests(daemon: TestDaemon, path: string): Promise<{ output: string }> {
  const { NODE_TEST_CONTEXT: _context, ...inherited } = process.env;
  const env = { ...inherited, FORKD_URL: daemon.forkd.baseUrl };
  const args = ["--conditions=@forkd/source", `--import=${RESOLVER}`, "--test", path];
  const { stdout, stderr } = await run(process.execPath, args, { env }).catch((failed: unknown) => {
    return failed as { stdout: string; stderr: string };
  });
  return { output: stdout + stderr };
}

/** Runs pytest in a directory, with our plugin to hand; its tests may fail. */
export async function runPytest(daemon: TestDaemon, place: string): Promise<{ output: string }> {
  const env = { ...process.env, ...preparePlace(place), FORKD_URL: daemon.forkd.baseUrl };
  const args = ["-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider"];
  return await run("/usr/bin/python3", args, { cwd: place, env }).then(
    ({ stdout, stderr }) => ({ output: stdout + stderr }),
    ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ output: stdout + stderr }),
  );
}
