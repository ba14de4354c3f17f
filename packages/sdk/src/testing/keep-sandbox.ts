import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { readEnvironment } from "../environment.ts";
import { isForkdApiError } from "../errors.ts";
import type { Sandbox } from "../sandbox.ts";

interface Keeping {
  /** The test's. */
  readonly name: string;
  /** For how long; 0: not at all. */
  readonly keepSecs: number;
  readonly logsDir: string | undefined;
  /** The daemon's. */
  readonly baseUrl: string;
}

/** How much of a test's name a file is named after. */
const MAX_NAME_LENGTH = 60;

/**
 * Keeps the sandbox of a test that failed, with its console, and gives in lines how to reach it. What of that cannot be done is
 * one of them: the test has failed of something else.
 */
export async function keepSandbox(
  sandbox: Sandbox,
  { name, keepSecs, logsDir, baseUrl }: Keeping,
): Promise<string[]> {
  const lines = keepSecs === 0 ? [] : await keep(sandbox, keepSecs, baseUrl);
  try {
    if (logsDir !== undefined) lines.push(`its console is in ${await saveLogs(sandbox, name, logsDir)}`);
  } catch (error) {
    lines.push(`its console was not saved: ${describe(error)}`);
  } finally {
    if (keepSecs === 0) await sandbox.kill();
  }
  return lines;
}

/** What there is to be done with it. One that died has logs alone, for a while. */
async function keep(sandbox: Sandbox, keepSecs: number, baseUrl: string): Promise<string[]> {
  const { id } = sandbox;
  const { url, socketPath } = readEnvironment();
  const where = baseUrl === (url ?? `unix:${socketPath}`) ? "" : ` --url ${baseUrl}`;
  const verbs = ["shell", "logs", "kill"].map((verb) => `forkd ${verb} ${id}${where}`);
  try {
    await sandbox.setTimeout(keepSecs);
    return [`kept for ${keepSecs} s`, ...verbs];
  } catch (error) {
    const code = isForkdApiError(error) ? error.code : undefined;
    if (code === "sandbox_not_found") return ["it is gone"];
    if (code === "sandbox_dead")
      return ["it died, and its console can be read for ten minutes", `forkd logs ${id}${where}`];
    return [`it lives as long as it was to, since that was not changed: ${describe(error)}`, ...verbs];
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Writes its console to a file, and gives the path. */
async function saveLogs(sandbox: Sandbox, name: string, directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const words = name.replaceAll(/[^A-Za-z0-9]+/g, "-").slice(0, MAX_NAME_LENGTH);
  const path = join(directory, `${words}-${sandbox.id}.log`);
  await pipeline(await sandbox.logs(), createWriteStream(path, { mode: 0o600 }));
  return path;
}
