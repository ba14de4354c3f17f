import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureAgent } from "../../packages/host/src/guest-boot/agent-build.ts";
import { CHECKOUT } from "./programs.ts";
import { THIS_HOST } from "./this-host.ts";

const GUEST = join(CHECKOUT, "guest");
const SOURCES = ["agent", "interpreters"];
/** Not the checkout's: a build is a minute's work, and another checkout of the same sources has it too. */
const CACHE = join(THIS_HOST.cacheDir, "tested-agents");
const BUILD_TIMEOUT_MS = 600_000;

/**
 * The directory with `forkd-agent` and its interpreters: those of guests, once for each state of the sources. With
 * `FORKD_TEST_AGENT=sanitized` it ends at its first fault.
 */
export async function provideAgentBuild(): Promise<string> {
  if (isSanitized()) return make("all");
  const call = { signal: AbortSignal.timeout(BUILD_TIMEOUT_MS), onProgress: () => {} };
  const { directory } = await ensureAgent(join(THIS_HOST.cacheDir, "guest-boot"), GUEST, call);
  return directory;
}

/** A program of `guest/agent/test`, built from the sources. */
export async function provideAgentTest(name: string): Promise<string> {
  return join(await make("tests"), "test", name);
}

function isSanitized(): boolean {
  return process.env["FORKD_TEST_AGENT"] === "sanitized";
}

async function make(target: string): Promise<string> {
  const kind = isSanitized() ? "sanitized-agent" : "agent";
  const directory = join(CACHE, `${kind}-${await hashSources()}`);
  // Make would compare times, and those of a checkout are of when it was made.
  const mark = join(directory, `.${target}-made`);
  if (existsSync(mark)) return directory;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const options = [
    `-j${availableParallelism()}`,
    `OUT=${directory}`,
    ...(isSanitized() ? ["SANITIZE=1"] : []),
  ];
  // Test files run at the same time, and one of them has to build; make finds nothing to do for the others.
  const args = [join(CACHE, "agent.lock"), "make", "-C", join(GUEST, "agent"), ...options, target];
  await promisify(execFile)("flock", args, { timeout: BUILD_TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 });
  await writeFile(mark, "");
  return directory;
}

async function hashSources(): Promise<string> {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    const entries = await readdir(join(GUEST, source), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const path of files.toSorted()) hash.update(path.slice(GUEST.length)).update(await readFile(path));
  }
  return hash.digest("hex").slice(0, 16);
}
