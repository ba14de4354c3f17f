import { connect } from "node:net";
import { startDaemon } from "./start-daemon.ts";

/** The daemon of one socket, started at the first need; a later one if that ends. */
export class DaemonOnDemand {
  readonly #socketPath: string;
  readonly #command: string;
  #ready: Promise<void> | undefined;

  constructor(socketPath: string, command: string) {
    this.#socketPath = socketPath;
    this.#command = command;
  }

  /** Whether one answered, or is being started. */
  get isKnown(): boolean {
    return this.#ready !== undefined;
  }

  /**
   * Waits until a daemon answers, and starts one if need be. An abort ends the wait; the start goes on, for those who
   * wait for it too. Throws `daemon_unreachable`, and what the command line says of a daemon that does not start.
   */
  async ensure(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    this.#ready ??= this.#start().catch((error: unknown) => {
      this.forget();
      throw error;
    });
    await orAborted(this.#ready, signal);
  }

  /** It may be gone: the next need looks again. */
  forget(): void {
    this.#ready = undefined;
  }

  async #start(): Promise<void> {
    if (!(await somebodyListens(this.#socketPath))) await startDaemon(this.#command, this.#socketPath);
  }
}

/** False if there is no socket or nobody behind it. Every other obstacle is told by the request that meets it. */
function somebodyListens(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const settle = (listens: boolean): void => {
      socket.destroy();
      resolve(listens);
    };
    socket.on("connect", () => settle(true));
    socket.on("error", ({ code }: NodeJS.ErrnoException) =>
      settle(code !== "ENOENT" && code !== "ECONNREFUSED"),
    );
  });
}

function orAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
