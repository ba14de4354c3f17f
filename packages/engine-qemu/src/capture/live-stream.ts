import { rm } from "node:fs/promises";
import { join } from "node:path";
import { orCancelled, throwIfAborted } from "@forkd/core";
import { MEMORY_BACKEND_ID } from "../argv/machine-argv.ts";
import type { BackgroundMigration } from "./background-migration.ts";
import type { ReceivedStream } from "./receiver-message.ts";
import { StreamReceiver } from "./stream-receiver.ts";
import type { CaptureTask } from "./task.ts";

/** In the machine's directory, which QEMU runs in. Its name is as short as those of the other sockets there. */
const STREAM_SOCKET = "copy.sock";

/**
 * One stream of a machine's memory into a file. It is never broken off: disposal waits for QEMU to come to its end,
 * while the machine runs, and drops what comes. When that takes too long, the receiver is left to go on by itself.
 */
export class LiveStream implements AsyncDisposable {
  readonly #migration: BackgroundMigration;
  readonly #receiver: StreamReceiver;
  readonly #settleTimeoutMs: number;
  #hasBegun = false;
  #ends: Promise<[ReceivedStream, void]> | undefined;

  private constructor(migration: BackgroundMigration, receiver: StreamReceiver, settleTimeoutMs: number) {
    this.#migration = migration;
    this.#receiver = receiver;
    this.#settleTimeoutMs = settleTimeoutMs;
  }

  /** Makes all ready for QEMU. */
  static async open(
    { machine, spec, signal, settleTimeoutMs }: CaptureTask,
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
    return new LiveStream(migration, receiver, settleTimeoutMs);
  }

  /** Whether QEMU may have begun. If so, it stops the machine and resumes it by itself. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /**
   * Lets QEMU begin, and returns when the machine runs with its memory protected, so that it is this instant's.
   * `isFilled` says for each page whether the file has contents there.
   */
  async begin({ machine, signal }: CaptureTask, isFilled: Uint8Array): Promise<void> {
    this.#receiver.order({ type: "begin", isFilled });
    const resumed = machine.qmp.waitForEvent("RESUME", { signal });
    resumed.catch(() => {});
    await this.#startMigration(signal);
    const received = orCancelled(this.#receiver.received, signal, "receiving the machine's memory");
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
    this.#receiver.order({ type: "discard" });
    this.#ends?.catch(() => {});
    try {
      await this.#migration.settle(this.#settleTimeoutMs);
    } catch (error) {
      this.#receiver.abandon();
      throw error;
    }
    await this.#receiver[Symbol.asyncDispose]();
  }

  /** QEMU runs an aborted command all the same; one that it refuses begins nothing. */
  async #startMigration(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal, "beginning the stream");
    this.#hasBegun = true;
    try {
      await this.#migration.start(STREAM_SOCKET, signal);
    } catch (error) {
      this.#hasBegun = signal.aborted;
      throw error;
    }
  }
}
