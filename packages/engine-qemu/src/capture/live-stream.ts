import { rm } from "node:fs/promises";
import { join } from "node:path";
import { MEMORY_BACKEND_ID } from "../argv/machine-argv.ts";
import type { BackgroundMigration } from "./background-migration.ts";
import type { ReceivedStream } from "./receiver-message.ts";
import { StreamReceiver } from "./stream-receiver.ts";
import type { CaptureTask } from "./task.ts";

/** In the machine's directory, which QEMU runs in. Its name is as short as those of the other sockets there. */
const STREAM_SOCKET = "copy.sock";

/**
 * One stream of a machine's memory into a file. It is never broken off: disposal waits for QEMU to come to its end,
 * while the machine runs, and drops what comes.
 */
export class LiveStream implements AsyncDisposable {
  readonly #migration: BackgroundMigration;
  readonly #receiver: StreamReceiver;
  #hasBegun = false;
  #ends: Promise<[ReceivedStream, void]> | undefined;

  private constructor(migration: BackgroundMigration, receiver: StreamReceiver) {
    this.#migration = migration;
    this.#receiver = receiver;
  }

  /** Makes all ready for QEMU. */
  static async open(
    { machine, spec, signal }: CaptureTask,
    migration: BackgroundMigration,
  ): Promise<LiveStream> {
    const { directory } = machine;
    const { memoryPath } = spec;
    const memoryBytes = spec.memoryMib * 1024 * 1024;
    await rm(join(directory, STREAM_SOCKET), { force: true });
    const receiver = await StreamReceiver.start(
      { directory, socketPath: STREAM_SOCKET, memoryPath, memoryBytes, guestBlock: MEMORY_BACKEND_ID },
      signal,
    );
    return new LiveStream(migration, receiver);
  }

  /**
   * Lets QEMU begin, and returns when the machine runs with its memory protected, so that it is this instant's.
   * `isFilled` says for each page whether the file has contents there.
   */
  async begin({ machine, signal }: CaptureTask, isFilled: Uint8Array): Promise<void> {
    this.#receiver.order({ type: "begin", isFilled });
    const resumed = machine.qmp.waitForEvent("RESUME", { signal });
    resumed.catch(() => {});
    this.#hasBegun = true;
    await this.#migration.start(STREAM_SOCKET, signal);
    const received = untilAborted(this.#receiver.received, signal);
    this.#ends = Promise.all([received, this.#migration.waitForEnd(signal)]);
    await Promise.race([resumed, this.#ends]);
  }

  /** Has only those pages written that may have changed since they were copied. */
  narrow(isStale: Uint8Array): void {
    this.#receiver.order({ type: "narrow", isStale });
  }

  /** This stream, or another when it has begun already; that waits for its end. */
  async orAnother(open: () => Promise<LiveStream>): Promise<LiveStream> {
    if (!this.#hasBegun) return this;
    await this[Symbol.asyncDispose]();
    return open();
  }

  /** Waits for the stream's end. */
  async finish(): Promise<ReceivedStream> {
    if (!this.#ends) throw new Error("the stream has not begun");
    const [received] = await this.#ends;
    return received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using _ = this.#receiver;
    this.#receiver.order({ type: "discard" });
    this.#ends?.catch(() => {});
    await this.#migration.settle();
  }
}

async function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
