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

/** Keeps the sandbox of a test that failed, with its console, and tells on stderr how to reach it. */
export async function keepSandbox(
  sandbox: Sandbox,
  { name, keepSecs, logsDir, baseUrl }: Keeping,
): Promise<void> {
  const lines: string[] = [];
  if (logsDir !== undefined) lines.push(`its console is in ${await saveLogs(sandbox, name, logsDir)}`);
  if (keepSecs === 0) await sandbox.kill();
  else lines.unshift(...(await keep(sandbox, keepSecs, baseUrl)));
  if (lines.length === 0) return;
  process.stderr.write(`the sandbox of "${name}": ${lines.join("\n  ")}\n`);
}

/** What there is to be done with it. One that died has logs alone, for a while. */
async function keep(sandbox: Sandbox, keepSecs: number, baseUrl: string): Promise<string[]> {
  const { id } = sandbox;
  const { url, socketPath } = readEnvironment();
  const where = baseUrl === (url ?? `unix:${socketPath}`) ? "" : ` --url ${baseUrl}`;
  try {
    await sandbox.setTimeout(keepSecs);
  } catch (error) {
    if (isForkdApiError(error) && error.code === "sandbox_not_found") return ["it is gone"];
    if (!isForkdApiError(error) || error.code !== "sandbox_dead") throw error;
    return ["it died, and its console can be read for ten minutes", `forkd logs ${id}${where}`];
  }
  const verbs = ["shell", "logs", "kill"].map((verb) => `forkd ${verb} ${id}${where}`);
  return [`kept for ${keepSecs} s`, ...verbs];
}

/** Writes its console to a file, and gives the path. */
async function saveLogs(sandbox: Sandbox, name: string, directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const words = name.replaceAll(/[^A-Za-z0-9]+/g, "-").slice(0, MAX_NAME_LENGTH);
  const path = join(directory, `${words}-${sandbox.id}.log`);
  await pipeline(await sandbox.logs(), createWriteStream(path, { mode: 0o600 }));
  return path;
}
