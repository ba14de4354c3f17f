import type { ExecStart, Sandbox } from "@forkd/sdk";
import { printNote, writeRaw } from "../output/print.ts";
import { hasTerminal } from "../options/guest-command.ts";
import { isGone, joinInput } from "./join-input.ts";
import { exitStatus } from "./run-in-guest.ts";
import { openTerminal, readTerminalSize } from "./terminal.ts";
import { untilDetached } from "./until-detached.ts";

/** How our input is joined to a command's. */
export interface InputFlags {
  readonly interactive?: true | undefined;
  readonly tty?: true | undefined;
}

/** The flags as they are typed, with a space before them. */
export function nameFlags({ interactive, tty }: InputFlags): string {
  return tty ? " -it" : interactive ? " -i" : "";
}

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
  async join({ interactive, tty }: InputFlags): Promise<void> {
    if (!interactive && !tty) return;
    const onFailure = (error: unknown): void => this.#failed.abort(error);
    if (!tty || !hasTerminal()) {
      this.#joined.use(joinInput(this.#sandbox, this.#pid, { terminal: undefined, onFailure }));
      return;
    }
    // Before ours is raw: it takes no Ctrl-C from then on.
    await this.#takeSize();
    const terminal = this.#joined.use(openTerminal());
    const input = untilDetached(process.stdin, () => this.#left.abort());
    this.#joined.use(joinInput(this.#sandbox, this.#pid, { terminal, input, onFailure }));
  }

  /** What has ended has none; its output and status are told all the same. */
  async #takeSize(): Promise<void> {
    try {
      await this.#sandbox.resize(this.#pid, readTerminalSize(), { signal: this.#signal });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
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

  /** How to go on; where nothing was printed, only whom the keys have left is told. */
  sayWhere(word: string, flags: InputFlags): void {
    if (this.#offset === null && !this.isLeft) return;
    const from = this.#offset === null ? "" : ` --from-offset ${this.#offset}`;
    printNote(`go on: forkd attach ${word} ${this.#pid}${nameFlags(flags)}${from}`);
  }

  [Symbol.dispose](): void {
    this.#joined.dispose();
  }
}

function noteLoss({ dropped }: ExecStart): void {
  if (dropped > 0) printNote(`(${dropped} bytes of earlier output are lost)`);
}
