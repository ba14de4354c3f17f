import { execFile } from "node:child_process";
import { access, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { TEST_CACHE_DIR } from "../harness/test-daemon.ts";

/** That of the distribution. */
export const PYTHON = "/usr/bin/python3";

const run = promisify(execFile);

/**
 * Installs packages into a directory of their own, once, and gives it; undefined where PyPI cannot be reached, or pip or
 * Python is not what they need. Versions are told: `e2b==2.63.0`.
 */
export async function installFromPypi(packages: readonly string[]): Promise<string | undefined> {
  const installed = join(TEST_CACHE_DIR, `pypi-${packages.join("-").replaceAll("==", "-")}`);
  try {
    await access(installed);
    return installed;
  } catch {
    // Not yet.
  }
  const place = await mkdtemp(`${installed}-`);
  try {
    const install = ["-m", "pip", "install", "-q", "--no-input", "--retries", "0", "--timeout", "10"];
    const env = { ...process.env, PIP_ROOT_USER_ACTION: "ignore" };
    await run(PYTHON, [...install, "--only-binary", ":all:", "--target", place, ...packages], { env });
    await rename(place, installed);
    return installed;
  } catch {
    await rm(place, { recursive: true, force: true });
    return undefined;
  }
}
