import type { Socket } from "node:net";
import { ForkdError } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { LineSplitter } from "@forkd/posix";
import { whenClosed } from "../when-closed.ts";
import { parseQmpMessage } from "./message.ts";
import type { QmpEvent, QmpMessage } from "./message.ts";

const LINE_LIMIT_BYTES = 1024 * 1024;

interface PendingCommand {
  readonly command: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * QEMU's monitor over a byte stream. Commands may be sent at once, before QEMU has greeted: they wait in the stream
 * behind the negotiation, which saves a restored machine its round trips. The stream keeps our process alive only
 * while a command or an event is waited for. Disposal closes it.
 */
export class QmpClient implements Disposable {
  /** Settles when the stream has ended or broken. Never rejects. */
  readonly closed: Promise<void>;
  readonly #stream: Socket;
  readonly #pending = new Map<number, PendingCommand>();
  readonly #listeners = new Set<(event: QmpEvent) => void>();
  readonly #reader = new LineSplitter({ limitBytes: LINE_LIMIT_BYTES, tooLong: "refuse" });
  #nextId = 0;
  #waits = 0;
  #failure: string | undefined;

  /** `inherited`: the stream goes on with a session that was negotiated before, in the process it is a copy of. */
  constructor(stream: Socket, session: "new" | "inherited" = "new") {
    this.#stream = stream;
    stream.on("data", (chunk: Buffer) => this.#receive(chunk));
    stream.on("error", (error) => this.#fail(error.message));
    this.closed = whenClosed(stream).then(() => this.#fail("the monitor closed"));
    stream.once("end", () => stream.destroy());
    if (session === "inherited") stream.unref();
    else
      this.#send("qmp_capabilities", {}, { resolve: () => {}, reject: (error) => this.#fail(error.message) });
  }

  get isClosed(): boolean {
    return this.#failure !== undefined;
  }

  /** Runs a command. Throws `vmm_failed` with QEMU's reason, `cancelled` when aborted (QEMU may still run it). */
  execute(command: string, args: Readonly<Record<string, unknown>>, options: CallOptions): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const { signal } = options;
    if (signal.aborted) return Promise.reject(cancelled(command, signal));
    if (this.#failure !== undefined) return Promise.reject(vmmFailed(command, this.#failure));
    const id = this.#send(command, args, { resolve, reject });
    const onAbort = () => {
      this.#take(id);
      reject(cancelled(command, signal));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    return promise.finally(() => signal.removeEventListener("abort", onAbort));
  }

  /** Calls `listener` with each event until it is disposed. */
  onEvent(listener: (event: QmpEvent) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Waits for an event that comes after this call. Throws as {@link execute} does. */
  async waitForEvent(name: string, { signal }: CallOptions): Promise<QmpEvent> {
    const { promise, resolve, reject } = Promise.withResolvers<QmpEvent>();
    using _ = this.onEvent((event) => {
      if (event.name === name) resolve(event);
    });
    this.#beginWait();
    const onAbort = () => reject(cancelled(`waiting for ${name}`, signal));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    void this.closed.then(() => reject(vmmFailed(`waiting for ${name}`, this.#failure ?? "")));
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#endWait();
    }
  }

  [Symbol.dispose](): void {
    this.#stream.destroy();
  }

  #send(
    command: string,
    args: Readonly<Record<string, unknown>>,
    waiter: Omit<PendingCommand, "command">,
  ): number {
    const id = this.#nextId++;
    this.#pending.set(id, { command, ...waiter });
    this.#beginWait();
    this.#stream.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    return id;
  }

  #receive(chunk: Buffer): void {
    try {
      for (const line of this.#reader.push(chunk)) this.#dispatch(parseQmpMessage(line));
    } catch (error) {
      this.#fail(`its monitor sent ${(error as Error).message}`);
      this.#stream.destroy();
    }
  }

  #dispatch(message: QmpMessage): void {
    switch (message.type) {
      case "greeting":
        return;
      case "event":
        for (const listener of this.#listeners) listener(message.event);
        return;
      case "return":
        return this.#take(message.id)?.resolve(message.value);
      case "error": {
        if (message.id === undefined) throw new SyntaxError(`an error of no command: ${message.why}`);
        const pending = this.#take(message.id);
        return pending?.reject(vmmFailed(pending.command, message.why));
      }
    }
  }

  /** An aborted command is gone when its answer comes; the answer is then nobody's. */
  #take(id: number): PendingCommand | undefined {
    const pending = this.#pending.get(id);
    if (this.#pending.delete(id)) this.#endWait();
    return pending;
  }

  #beginWait(): void {
    if (this.#waits++ === 0) this.#stream.ref();
  }

  #endWait(): void {
    if (--this.#waits === 0) this.#stream.unref();
  }

  #fail(why: string): void {
    this.#failure ??= why;
    for (const [id, { command, reject }] of this.#pending) {
      this.#take(id);
      reject(vmmFailed(command, this.#failure));
    }
  }
}

function vmmFailed(command: string, why: string): ForkdError {
  return new ForkdError("vmm_failed", { command, why });
}

function cancelled(stage: string, signal: AbortSignal): ForkdError {
  return new ForkdError("cancelled", { stage: `QEMU ran ${stage}` }, { cause: signal.reason });
}
