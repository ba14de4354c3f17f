import type { Socket } from "node:net";
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { orCancelled, Semaphore } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { LineSplitter } from "@forkd/posix";
import type { ProcessEnd } from "../process/vmm-exit.ts";
import { whenClosed } from "../when-closed.ts";

const LINE_LIMIT_BYTES = 4096;
/** The zygote is told of an end when we see it, or a moment later. */
const END_GRACE_MS = 200;
/** Twice what the library gives itself to hear from a copy. */
const ANSWER_MS = 20_000;
const UNKNOWN_END: ProcessEnd = { code: null, signal: null };
/** SIGIOT is another name of SIGABRT, and SIGPOLL of SIGIO; the map keeps what comes last. */
const SIGNAL_NAMES = new Map(
  Object.entries(constants.signals)
    .map(([name, number]) => [number, name] as const)
    .toReversed(),
);

/** What a copy has of its own. */
interface CopyOrder {
  readonly directory: string;
  /** What its card is connected to, in the launcher's words. */
  readonly card: string | undefined;
}

interface Waiter {
  readonly resolve: (answer: string[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The socket by which a zygote is told to copy itself, and tells how its copies end. It begins with `ready`; `settle` is
 * answered by `settled`, `fork <directory>`, before which `card <what it is connected to>` may stand, by `forked <pid>`, or
 * either by `failed <why>`, and `ended <pid> code|signal <number>` comes at any time. Closing it ends the zygote, and none of its copies.
 */
export class ZygoteControl implements Disposable {
  readonly #socket: Socket;
  readonly #turn = new Semaphore(1);
  readonly #reader = new LineSplitter({ limitBytes: LINE_LIMIT_BYTES, tooLong: "refuse" });
  readonly #ends = new Map<number, PromiseWithResolvers<ProcessEnd>>();
  readonly #ready = Promise.withResolvers<void>();
  #waiter: Waiter | undefined;
  #failure: string | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => this.#fail(error.message));
    void whenClosed(socket).then(() => this.#fail("the zygote is gone"));
    socket.unref();
    this.#ready.promise.catch(() => {});
  }

  /** Waits until the library serves it. Rejects when it does not, and with `cancelled`. */
  waitUntilReady({ signal }: CallOptions): Promise<void> {
    return orCancelled(this.#ready.promise, signal, "waiting for the zygote");
  }

  /** Has a zygote that has rehearsed made cheaper to copy. Rejects as `fork` does. */
  async settle(options: CallOptions): Promise<void> {
    await this.#order("settle", options);
  }

  /**
   * Makes a copy that has `directory` for its own, and waits for two connections there. Gives its pid. A copy that was
   * begun must be ended by somebody, so the signal counts only until then; a zygote that does not answer is given up.
   * Rejects with why there is no copy, and with `cancelled`.
   */
  async fork({ directory, card }: CopyOrder, options: CallOptions): Promise<number> {
    const connection = card === undefined ? "" : `card ${card}\n`;
    const [, pid] = await this.#order(`${connection}fork ${directory}`, options);
    return parsePid(pid);
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

  async #order(line: string, options: CallOptions): Promise<string[]> {
    using _ = await this.#turn.acquire("the zygote's turn", options);
    if (this.#failure !== undefined) throw new Error(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    this.#waiter = { resolve, reject };
    this.#socket.ref();
    this.#socket.write(`${line}\n`);
    const deadline = setTimeout(() => {
      this.#fail(`it did not answer in ${ANSWER_MS} ms`);
      this.#socket.destroy();
    }, ANSWER_MS);
    // The turn lasts until there is an answer.
    return await promise.finally(() => {
      clearTimeout(deadline);
      this.#waiter = undefined;
      this.#socket.unref();
    });
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
      case "ready":
        return this.#ready.resolve();
      case "settled":
        return this.#waiter?.resolve([verb]);
      case "forked":
        this.#ends.set(parsePid(words[0]), Promise.withResolvers());
        return this.#waiter?.resolve([verb, ...words]);
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
    this.#ready.reject(new Error(this.#failure));
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
