import type { Sandbox } from "../sandbox.ts";

/** Sandboxes that are forked before they are wanted. */
export class SandboxPool implements AsyncDisposable {
  readonly #fork: () => Promise<Sandbox>;
  readonly #size: number;
  readonly #next: Promise<Sandbox>[] = [];
  #isClosed = false;

  /** Nothing is forked before the first is taken; then `size` are kept ready. */
  constructor(size: number, fork: () => Promise<Sandbox>) {
    this.#size = size;
    this.#fork = fork;
  }

  /** One that is the caller's from now on. Rejects as its fork did. */
  async take(): Promise<Sandbox> {
    if (this.#isClosed) throw new Error("the fixture is closed");
    const next = this.#next.shift() ?? this.#fork();
    while (this.#next.length < this.#size) this.#next.push(this.#forkAhead());
    return await next;
  }

  #forkAhead(): Promise<Sandbox> {
    const sandbox = this.#fork();
    // Who takes it is told.
    sandbox.catch(() => {});
    return sandbox;
  }

  /** Ends those that nobody took. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const waiting = this.#next.splice(0);
    await Promise.allSettled(waiting.map(async (sandbox) => (await sandbox).kill()));
  }
}
