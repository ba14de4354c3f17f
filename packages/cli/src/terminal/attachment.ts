import type { ExecStart, Sandbox } from "@forkd/sdk";
import { printNote, writeRaw } from "../output/print.ts";
import { joinInput } from "./join-input.ts";
import { exitStatus } from "./run-in-guest.ts";
import { openTerminal } from "./terminal.ts";
import { untilDetached } from "./until-detached.ts";

/** A command of a guest that is followed, and fed, until it ends or is left. */
export class Attachment implements Disposable {
  readonly #sandbox: Sandbox;
  readonly #pid: number;
  readonly #signal: AbortSignal;
  readonly #joined = new DisposableStack();
  readonly #left = new AbortController();
  readonly #failed = new AbortController();
  #offset: number | null = null;

  constructor(sandbox: Sandbox, pid: number, signal: AbortSignal) {
    this.#sandbox = sandbox;
    this.#pid = pid;
    this.#signal = signal;
  }

  /** Whether somebody has left it by the keys for that. */
  get isLeft(): boolean {
    return this.#left.signal.aborted;
  }

  /** Sends it our input; on a terminal, whose size it takes, until it is left. */
  async join(onTerminal: boolean): Promise<void> {
    const onFailure = (error: unknown): void => this.#failed.abort(error);
    if (!onTerminal) {
      this.#joined.use(joinInput(this.#sandbox, this.#pid, { terminal: undefined, onFailure }));
      return;
    }
    const terminal = this.#joined.use(openTerminal());
    await this.#sandbox.resize(this.#pid, terminal.size);
    const input = untilDetached(process.stdin, () => this.#left.abort());
    this.#joined.use(joinInput(this.#sandbox, this.#pid, { terminal, input, onFailure }));
  }

  /** Prints what it prints, until its end, whose status is ours. */
  async follow(fromOffset: number | undefined): Promise<void> {
    const signal = AbortSignal.any([this.#signal, this.#left.signal, this.#failed.signal]);
    try {
      for await (const event of this.#sandbox.attach(this.#pid, { fromOffset, signal })) {
        if (event.type === "exit") process.exitCode = exitStatus(event);
        else if (event.type === "start") noteLoss(event);
        else {
          await writeRaw(event.type, event.data);
          this.#offset = event.nextOffset;
        }
      }
    } catch (error) {
      if (!this.isLeft) throw error;
    }
  }

  sayWhere(word: string): void {
    if (this.#offset === null) return;
    printNote(`go on: forkd attach ${word} ${this.#pid} --from-offset ${this.#offset}`);
  }

  [Symbol.dispose](): void {
    this.#joined.dispose();
  }
}

function noteLoss({ dropped }: ExecStart): void {
  if (dropped > 0) printNote(`(${dropped} bytes of earlier output are lost)`);
}
