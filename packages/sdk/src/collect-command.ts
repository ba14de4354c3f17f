import { unexpectedReply } from "./errors.ts";
import type { ExecEvent } from "./exec-events.ts";
import { KeptText } from "./kept-text.ts";

/** Told what a command writes while it runs. A promise is waited for before more is taken, which slows the command down. */
export interface CommandListeners {
  readonly onStdout?: ((text: string) => unknown) | undefined;
  readonly onStderr?: ((text: string) => unknown) | undefined;
}

/** What became of a command. */
export interface CommandResult {
  /** The first 8 Mi characters of it. */
  readonly stdout: string;
  readonly stderr: string;
  /** The status; 128 + the signal's number if one ended it. */
  readonly exitCode: number;
  readonly timedOut: boolean;
  /** Whether there was more output than is kept. */
  readonly truncated: boolean;
}

const KEPT_CHARACTERS = 8 * 1024 * 1024;

/** Follows a command to its end. Throws what its stream throws. */
export async function collectCommand(
  events: AsyncIterable<ExecEvent>,
  { onStdout, onStderr }: CommandListeners,
): Promise<CommandResult> {
  const outputs = { stdout: new Output(onStdout), stderr: new Output(onStderr) };
  for await (const event of events) {
    if ("data" in event) await outputs[event.type].add(event.data);
    if (event.type !== "exit") continue;
    await Promise.all([outputs.stdout.end(), outputs.stderr.end()]);
    const { exitCode, timedOut } = event;
    const [stdout, stderr] = [outputs.stdout.kept, outputs.stderr.kept];
    const truncated = stdout.isCut || stderr.isCut;
    return { stdout: stdout.text, stderr: stderr.text, exitCode, timedOut, truncated };
  }
  throw unexpectedReply("the stream of the command ended without its exit");
}

/** One stream of a command; a character may be split between two pieces of it. */
class Output {
  readonly kept = new KeptText(KEPT_CHARACTERS);
  readonly #decoder = new TextDecoder();
  readonly #listener: ((text: string) => unknown) | undefined;

  constructor(listener: ((text: string) => unknown) | undefined) {
    this.#listener = listener;
  }

  add(data: Uint8Array): Promise<void> {
    return this.#take(this.#decoder.decode(data, { stream: true }));
  }

  end(): Promise<void> {
    return this.#take(this.#decoder.decode());
  }

  async #take(more: string): Promise<void> {
    this.kept.add(more);
    if (more !== "") await this.#listener?.(more);
  }
}
