import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Forkd } from "@forkd/sdk";
import { noteDirectory, noteProcess } from "./what-is-left.ts";

const MAIN = fileURLToPath(new URL("../../packages/daemon/src/main.ts", import.meta.url));
const START_TIMEOUT_MS = 30_000;

/** Where tests keep what is costly to make again. Never the data of the user who runs them. */
export const TEST_CACHE_DIR =
  process.env["FORKD_CACHE_DIR"] ??
  (userInfo().uid === 0 ? "/var/cache/forkd" : join(homedir(), ".cache", "forkd"));

export const TEST_DATA_DIR = join(TEST_CACHE_DIR, "test-data");

export interface DaemonOptions {
  /** Default: the data directory that all tests share, with the images and the parent. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A real daemon in a process of its own, and a client of it. Disposal ends its machines and then itself. */
export class TestDaemon implements AsyncDisposable {
  readonly dataDir: string;
  readonly socketPath: string;
  readonly logPath: string;
  readonly forkd: Forkd;
  readonly #env: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;

  private constructor({ dataDir = TEST_DATA_DIR, env = {} }: DaemonOptions) {
    this.dataDir = dataDir;
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    noteDirectory(dataDir);
    this.socketPath = `/tmp/forkd-test-${process.pid}-${crypto.randomUUID().slice(0, 8)}.sock`;
    this.logPath = join(dataDir, "daemon.log");
    this.forkd = new Forkd({ baseUrl: `unix:${this.socketPath}` });
    this.#env = {
      ...process.env,
      FORKD_CACHE_DIR: TEST_CACHE_DIR,
      FORKD_DATA_DIR: dataDir,
      FORKD_SOCKET: this.socketPath,
      ...env,
    };
  }

  static async start(options: DaemonOptions = {}): Promise<TestDaemon> {
    const daemon = new TestDaemon(options);
    await daemon.start();
    return daemon;
  }

  get pid(): number {
    if (this.#process?.pid === undefined) throw new Error("the daemon is not running");
    return this.#process.pid;
  }

  /** Starts it, or starts it again after {@link kill}, and waits until what the last one left is undone. */
  async start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    await this.serve(env);
    await this.forkd.snapshots.list();
  }

  /** As {@link start}, but waits only until it answers. */
  async serve(env: NodeJS.ProcessEnv = {}): Promise<void> {
    const log = openSync(this.logPath, "a");
    this.#process = spawn(process.execPath, [MAIN, "serve"], {
      env: { ...this.#env, ...env },
      stdio: ["ignore", log, log],
    });
    noteProcess(this.#process);
    closeSync(log);
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (
      !(await this.forkd.health().then(
        () => true,
        () => false,
      ))
    ) {
      if (this.#process.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the daemon did not start:\n${readFileSync(this.logPath, "utf8").slice(-2000)}`);
      }
      await delay(20);
    }
  }

  /** Ends the daemon at once, as a crash does. Its machines live on. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process) await this.forkd.sandboxes.killAll();
    await this.kill("SIGTERM");
    await this.forkd[Symbol.asyncDispose]();
  }
}
