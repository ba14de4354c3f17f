import { execFile } from "node:child_process";
import { access, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { TEST_CACHE_DIR } from "../harness/test-daemon.ts";

const TIMEOUT_MS = 300_000;

const run = promisify(execFile);

/**
 * Installs a package of npm into a directory of its own, once, and gives that of the package; undefined where the registry
 * cannot be reached. What tests alone drive is no dependency of the workspace: it is large, and not everybody has it.
 */
export async function installFromNpm(name: string, version: string): Promise<string | undefined> {
  const installed = join(TEST_CACHE_DIR, `npm-${name.replace("/", "-")}-${version}`);
  const place = join(installed, "node_modules", name);
  try {
    await access(place);
    return place;
  } catch {
    // Not yet.
  }
  const draft = await mkdtemp(`${installed}-`);
  try {
    await writeFile(join(draft, "package.json"), '{ "private": true }');
    const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"];
    await run("npm", ["install", ...options, `${name}@${version}`], { cwd: draft, timeout: TIMEOUT_MS });
    await rename(draft, installed);
    return place;
  } catch {
    await rm(draft, { recursive: true, force: true });
    return undefined;
  }
}
