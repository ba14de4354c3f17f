import type { HostProcess } from "./processes.ts";

/** How a daemon is started. */
export interface DaemonPlan {
  readonly env: Readonly<Record<string, string>>;
  readonly dataDir: string;
  /** Whether it is as every other is that nobody asked something of. */
  readonly isOrdinary: boolean;
}

/** The process of a daemon, now and after it was started again, and the address that stays. */
export interface HostedDaemon {
  readonly baseUrl: string;
  readonly pid: number | undefined;
  /** With more settings for this time. */
  start(env: Readonly<Record<string, string>>): Promise<void>;
  hasEnded(): boolean;
  /** Sends it a signal, and waits for its end. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Its tests are done: it ends, or a host where starting is costly keeps an ordinary one for the next tests. */
  leave(): Promise<void>;
}

/** The host that daemons under test run on: this one, or an emulated one that has hardware virtualisation. */
export interface TestHost {
  /** What is costly to make again. Never the data of the user who runs the tests. */
  readonly cacheDir: string;
  readonly startTimeoutMs: number;
  /** Some ten times slower than others: enough is seen there with less of the same. */
  readonly isSlow: boolean;
  placeDaemon(plan: DaemonPlan): HostedDaemon;
  /** The last of what daemons of this data directory logged. */
  readLog(dataDir: string): string;
  /** The names in a directory; none where there is no such directory. */
  list(path: string): string[];
  listProcesses(): HostProcess[];
  isAlive(pid: number): boolean;
  kill(pid: number): void;
}
