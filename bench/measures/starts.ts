import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { sample, summarize } from "@forkd/cli";
import type { Summary } from "@forkd/cli";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What a program waits for before its first call; in ms. */
export interface Starts {
  /** `import("@forkd/sdk")` of the package in a process of its own, whose start is not counted. */
  readonly sdkImport: Summary;
  /** `import forkd` likewise; null where there is no Python that has what it needs. */
  readonly pythonImport: Summary | null;
  /** From the start of `forkd-mcp` until it has answered `initialize`. */
  readonly mcpReady: Summary;
}

const IN_NODE = `const begun = performance.now(); await import("@forkd/sdk"); console.log(performance.now() - begun)`;
const IN_PYTHON = `import time; begun = time.perf_counter(); import forkd; print((time.perf_counter() - begun) * 1000)`;
const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "bench", version: "0" } },
};

export async function measureStarts(runs: number): Promise<Starts> {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-bench-sdk-"));
  await installSdk(place.path);
  return {
    sdkImport: summarize(await collect(runs, () => importInNode(place.path))),
    pythonImport: await measurePython(runs),
    mcpReady: summarize(await sample(runs, await warmed(startMcp))),
  };
}

/** The first finds files that nothing has read yet, and code that nothing has compiled. */
async function collect(runs: number, work: () => Promise<number>): Promise<number[]> {
  const took: number[] = [];
  for (let run = 0; run <= runs; run++) took.push(await work());
  return took.slice(1);
}

async function warmed(work: () => Promise<void>): Promise<() => Promise<void>> {
  await work();
  return work;
}

/** As npm would: what its package consists of. */
async function installSdk(place: string): Promise<void> {
  const [source, installed] = [join(ROOT, "packages/sdk"), join(place, "node_modules/@forkd/sdk")];
  await mkdir(installed, { recursive: true });
  await promisify(execFile)("sh", [join(source, "build.sh"), join(installed, "dist")]);
  await copyFile(join(source, "package.json"), join(installed, "package.json"));
}

const importInNode = (cwd: string): Promise<number> =>
  printed(process.execPath, ["--input-type=module", "-e", IN_NODE], { cwd });

const importInPython = (): Promise<number> =>
  printed("python3", ["-c", IN_PYTHON], { env: { PYTHONPATH: join(ROOT, "python/forkd/src") } });

async function measurePython(runs: number): Promise<Summary | null> {
  const hasIt = await importInPython().then(
    () => true,
    () => false,
  );
  return hasIt ? summarize(await collect(runs, importInPython)) : null;
}

/** The number that a program prints. */
async function printed(
  program: string,
  args: readonly string[],
  { cwd = ROOT, env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
): Promise<number> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const number = Number(output.trim() || Number.NaN);
  if (Number.isNaN(number)) throw new Error(`${program} printed ${JSON.stringify(output)}`);
  return number;
}

async function startMcp(): Promise<void> {
  const server = spawn(join(ROOT, "bin/forkd-mcp"), { stdio: ["pipe", "pipe", "ignore"] });
  const exit = once(server, "exit");
  server.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
  const [answer] = (await Promise.race([once(server.stdout, "data"), exit])) as [Buffer | number | null];
  server.kill("SIGTERM");
  await exit;
  if (!String(answer).includes('"serverInfo"')) throw new Error(`forkd-mcp answered ${String(answer)}`);
}
