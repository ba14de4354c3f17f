import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ReceivedStream, ReceiverMessage, ReceiverOrder } from "./receiver-message.ts";

const MAIN = fileURLToPath(new URL("receive-stream.ts", import.meta.url));

export interface ReceiverOptions {
  /** The machine's directory. */
  readonly directory: string;
  /** Relative to it. */
  readonly socketPath: string;
  /** An existing file of the memory's size. */
  readonly memoryPath: string;
  readonly memoryBytes: number;
  /** The name of the memory's block in the stream. */
  readonly guestBlock: string;
}

/**
 * The process that takes one migration stream: see `receive-stream.ts`. Disposal kills it if it is still there, which
 * hangs a QEMU that has not come to the stream's end: such a one must be abandoned.
 */
export class StreamReceiver implements AsyncDisposable {
  /** Settles when all of the stream is in the file. */
  readonly received: Promise<ReceivedStream>;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess, received: Promise<ReceivedStream>, exited: Promise<unknown>) {
    this.#child = child;
    this.received = received;
    this.#exited = exited;
  }

  /** Starts it, and returns when QEMU can connect to it. */
  static async start(options: ReceiverOptions, signal: AbortSignal): Promise<StreamReceiver> {
    const { directory, socketPath, memoryPath, memoryBytes, guestBlock } = options;
    const child = spawn(process.execPath, [MAIN, socketPath, memoryPath, String(memoryBytes), guestBlock], {
      cwd: directory,
      detached: true,
      env: {},
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
    });
    const exited = once(child, "exit").catch(() => {});
    const listening = Promise.withResolvers<void>();
    const received = readMessages(child, listening.resolve);
    received.catch((error: unknown) => listening.reject(error));
    const receiver = new StreamReceiver(child, received, exited);
    const onAbort = (): void => listening.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await listening.promise;
      return receiver;
    } catch (error) {
      await receiver[Symbol.asyncDispose]();
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** It is told nothing once it is gone. */
  order(order: ReceiverOrder): void {
    if (this.#child.connected) this.#child.send(order);
  }

  /** Leaves it to itself: it drops what comes up to the stream's end, and then ends. Nobody waits for it. */
  abandon(): void {
    if (this.#child.connected) this.#child.disconnect();
    this.#child.unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }
}

function readMessages(child: ChildProcess, onListening: () => void): Promise<ReceivedStream> {
  const { promise, resolve, reject } = Promise.withResolvers<ReceivedStream>();
  child.on("message", (message: ReceiverMessage) => {
    switch (message.type) {
      case "listening":
        return onListening();
      case "received":
        return resolve(message);
      case "failed": {
        const { why, code } = message;
        return reject(Object.assign(new Error(why), code === undefined ? {} : { code }));
      }
    }
  });
  child.once("error", reject);
  child.once("exit", (code, signal) => reject(new Error(`its receiver ended with ${signal ?? code}`)));
  return promise;
}
