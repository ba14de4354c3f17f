import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sample, summarize } from "@forkd/cli";
import type { Summary } from "@forkd/cli";
import { Forkd } from "@forkd/sdk";

/** What the verbs are, by their words. */
const HELPS = new URL("../../packages/cli/src/help/helps.gen.json", import.meta.url);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What a person waits for at a terminal; in ms. */
export interface Commands {
  /** `forkd --help`, as a whole process. */
  readonly help: Summary;
  /** `forkd fork --help`, the verb with the most options. */
  readonly verbHelp: Summary;
  /** `forkd VERB --help` of each verb, a run of each. */
  readonly everyHelp: Summary;
  /** From the start of the daemon's process until it answers a request. */
  readonly daemonReady: Summary;
}

export async function measureCommands(runs: number): Promise<Commands> {
  const help = showHelp("--help");
  const verbHelp = showHelp("fork", "--help");
  await help();
  await verbHelp();
  await startDaemon();
  return {
    help: summarize(await sample(runs, help)),
    verbHelp: summarize(await sample(runs, verbHelp)),
    everyHelp: summarize(await measureEveryHelp()),
    daemonReady: summarize(await collect(runs, startDaemon)),
  };
}

async function measureEveryHelp(): Promise<number[]> {
  const helps = JSON.parse(await readFile(HELPS, "utf8")) as Record<string, unknown>;
  const took: number[] = [];
  for (const verb of Object.keys(helps))
    took.push(...(await sample(1, showHelp(...verb.split(" "), "--help"))));
  return took;
}

function showHelp(...args: readonly string[]): () => Promise<void> {
  return async () => {
    await once(spawn(join(ROOT, "bin/forkd"), args, { stdio: "ignore" }), "exit");
  };
}

async function collect(runs: number, work: () => Promise<number>): Promise<number[]> {
  const samples: number[] = [];
  for (let run = 0; run < runs; run++) samples.push(await work());
  return samples;
}

/** Starts a daemon on an empty data directory, and gives the milliseconds until it answers. */
async function startDaemon(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "forkd-bench-"));
  const socketPath = join(directory, "forkd.sock");
  const startedAt = performance.now();
  const daemon = spawn(process.execPath, [join(ROOT, "packages/daemon/src/main.ts"), "serve"], {
    env: {
      ...process.env,
      FORKD_DATA_DIR: join(directory, "data"),
      FORKD_SOCKET: socketPath,
      // As bin/forkd sets it: compiled code is kept between starts.
      NODE_COMPILE_CACHE: join(tmpdir(), `forkd-bench-code-${process.pid}`),
    },
    stdio: "ignore",
  });
  await using forkd = new Forkd({ baseUrl: `unix:${socketPath}` });
  while (
    !(await forkd.health().then(
      () => true,
      () => false,
    ))
  )
    await new Promise((again) => setTimeout(again, 2));
  const readyMs = performance.now() - startedAt;
  daemon.kill("SIGTERM");
  await once(daemon, "exit");
  rmSync(directory, { recursive: true });
  return readyMs;
}
