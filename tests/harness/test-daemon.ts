import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Forkd } from "@forkd/sdk";
import { LANE, dataNameOf } from "./lanes.ts";
import { TEST_HOST } from "./test-host.ts";
import type { HostedDaemon, TestHost } from "./hosted-daemon.ts";

export const TEST_CACHE_DIR = TEST_HOST.cacheDir;
/** That of this lane. */
export const TEST_DATA_DIR = dataDirOf(LANE);

/** The data directory that all tests of a lane share, with the images and the parent. */
export function dataDirOf(lane: number): string {
  return join(TEST_CACHE_DIR, dataNameOf(lane));
}

/** A question that was lost on its way is asked again. */
const ANSWER_TIMEOUT_MS = 5_000;

export interface DaemonOptions {
  /** Default: {@link TEST_DATA_DIR}. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it must have seen nothing of other tests. */
  readonly isFresh?: boolean;
}

/** A real daemon in a process of its own, and a client of it. Disposal ends its machines and then itself. */
export class TestDaemon implements AsyncDisposable {
  readonly dataDir: string;
  readonly forkd: Forkd;
  readonly #host: TestHost;
  readonly #hosted: HostedDaemon;
  #isRunning = false;

  private constructor(dataDir: string, host: TestHost, hosted: HostedDaemon) {
    this.dataDir = dataDir;
    this.#host = host;
    this.#hosted = hosted;
    this.forkd = new Forkd({ baseUrl: hosted.baseUrl });
  }

  static async start(
    { dataDir = TEST_DATA_DIR, env = {}, isFresh = false }: DaemonOptions = {},
    host = TEST_HOST,
  ): Promise<TestDaemon> {
    const hosted = host.placeDaemon({
      dataDir,
      env: { FORKD_CACHE_DIR: TEST_CACHE_DIR, FORKD_DATA_DIR: dataDir, ...env },
      isOrdinary: dataDir === TEST_DATA_DIR && Object.keys(env).length === 0 && !isFresh,
    });
    const daemon = new TestDaemon(dataDir, host, hosted);
    await daemon.start();
    return daemon;
  }

  get pid(): number {
    if (this.#hosted.pid === undefined) throw new Error("the daemon is not running");
    return this.#hosted.pid;
  }

  /** Where it listens, on the host that the tests run on. */
  get socketPath(): string {
    return this.forkd.baseUrl.slice("unix:".length);
  }

  /** How Node's `http.request` reaches it, wherever it runs. */
  get address(): { socketPath: string } | { hostname: string; port: string } {
    const { baseUrl } = this.forkd;
    if (baseUrl.startsWith("unix:")) return { socketPath: this.socketPath };
    const { hostname, port } = new URL(baseUrl);
    return { hostname, port };
  }

  /** Starts it, or starts it again after {@link kill}, and waits until what the last one left is undone. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.serve(env);
    await this.forkd.snapshots.list();
  }

  /** As {@link start}, but waits only until it answers. */
  async serve(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#hosted.start(env);
    this.#isRunning = true;
    const deadline = Date.now() + this.#host.startTimeoutMs;
    while (!(await this.#answers())) {
      if (Date.now() > deadline || this.#hosted.hasEnded()) {
        throw new Error(`the daemon did not start:\n${this.#host.readLog(this.dataDir)}`);
      }
      await delay(20);
    }
  }

  /** Ends the daemon at once, as a crash does. Its machines live on. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.#isRunning = false;
    await this.#hosted.end(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isRunning) await this.forkd.sandboxes.killAll();
    this.#isRunning = false;
    await this.#hosted.leave();
    await this.forkd[Symbol.asyncDispose]();
  }

  async #answers(): Promise<boolean> {
    try {
      await this.forkd.health({ signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
      return true;
    } catch {
      return false;
    }
  }
}
