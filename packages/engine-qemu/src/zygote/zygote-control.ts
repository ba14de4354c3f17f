import type { Socket } from "node:net";
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { Semaphore } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import type { ProcessEnd } from "../process/vmm-exit.ts";
import { LineReader } from "../qmp/line-reader.ts";

const LINE_LIMIT_BYTES = 4096;
/** The zygote is told of an end when we see it, or a moment later. */
const END_GRACE_MS = 200;
const UNKNOWN_END: ProcessEnd = { code: null, signal: null };
/** SIGIOT is another name of SIGABRT, and SIGPOLL of SIGIO; the map keeps what comes last. */
const SIGNAL_NAMES = new Map(
  Object.entries(constants.signals)
    .map(([name, number]) => [number, name] as const)
    .toReversed(),
);

interface Waiter {
  readonly resolve: (pid: number) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The socket by which a zygote is told to copy itself, and tells how its copies end: `fork <directory>` is answered by
 * `forked <pid>` or `failed <why>`, and `ended <pid> code|signal <number>` comes at any time. Closing it ends the
 * zygote, and none of its copies.
 */
export class ZygoteControl implements Disposable {
  readonly #socket: Socket;
  readonly #turn = new Semaphore(1);
  readonly #reader = new LineReader(LINE_LIMIT_BYTES);
  readonly #ends = new Map<number, PromiseWithResolvers<ProcessEnd>>();
  #waiter: Waiter | undefined;
  #failure: string | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => this.#fail(error.message));
    socket.once("close", () => this.#fail("the zygote is gone"));
    socket.unref();
  }

  /**
   * Makes a copy that has `directory` for its own, and waits for two connections there. Gives its pid; rejects with
   * why it could not be made. It is answered in seconds whatever happens, and a copy that was begun must be ended by
   * somebody, so the signal counts only until then.
   */
  async fork(directory: string, options: CallOptions): Promise<number> {
    using _ = await this.#turn.acquire("the zygote to copy itself", options);
    if (this.#failure !== undefined) throw new Error(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#waiter = { resolve, reject };
    this.#socket.ref();
    this.#socket.write(`fork ${directory}\n`);
    const pid = await promise.finally(() => {
      this.#waiter = undefined;
      this.#socket.unref();
    });
    this.#ends.set(pid, Promise.withResolvers());
    return pid;
  }

  /** How a copy ended that is known to be gone; nulls when the zygote is gone too. */
  async endOf(pid: number): Promise<ProcessEnd> {
    const told = this.#ends.get(pid);
    if (told === undefined) return UNKNOWN_END;
    const end = await Promise.race([told.promise, delay(END_GRACE_MS, UNKNOWN_END, { ref: false })]);
    this.#ends.delete(pid);
    return end;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    try {
      for (const line of this.#reader.push(chunk)) this.#understand(line);
    } catch (error) {
      this.#fail((error as Error).message);
      this.#socket.destroy();
    }
  }

  #understand(line: string): void {
    const [verb = "", ...words] = line.split(" ");
    switch (verb) {
      case "forked":
        return this.#waiter?.resolve(parsePid(words[0]));
      case "failed":
        return this.#waiter?.reject(new Error(words.join(" ")));
      case "ended":
        return this.#ends.get(parsePid(words[0]))?.resolve(parseEnd(words));
      default:
        throw new SyntaxError(`the zygote said ${JSON.stringify(line)}`);
    }
  }

  #fail(why: string): void {
    this.#failure ??= why;
    this.#waiter?.reject(new Error(this.#failure));
    for (const end of this.#ends.values()) end.resolve(UNKNOWN_END);
  }
}

function parsePid(word: string | undefined): number {
  const pid = Number(word);
  if (Number.isSafeInteger(pid) && pid > 1) return pid;
  throw new SyntaxError(`the zygote named the process ${JSON.stringify(word)}`);
}

function parseEnd([, kind, number]: readonly string[]): ProcessEnd {
  if (kind === "code") return { code: Number(number), signal: null };
  return { code: null, signal: SIGNAL_NAMES.get(Number(number)) ?? `signal ${number}` };
}
