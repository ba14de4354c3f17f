import type { EvalEvent, EvalRequest, EvalResult, RichResult } from "./api.gen.ts";
import { idOf } from "./contexts.ts";
import type { ContextWord } from "./contexts.ts";
import { unexpectedReply } from "./errors.ts";
import { KeptText } from "./kept-text.ts";
import type { CallOptions } from "./options.ts";
import { fromWire } from "./wire.ts";

/** Where code runs, and how: in a context, or in the interpreter that a language has for good, Python's unless told. */
export type EvalOptions = Omit<EvalRequest, "code" | "contextId"> &
  CallOptions & { readonly context?: ContextWord | undefined };

/** Told of what code gives while it runs. A promise is waited for before more is taken, which slows the code down. */
export interface EvalListeners {
  readonly onStdout?: ((text: string) => unknown) | undefined;
  readonly onStderr?: ((text: string) => unknown) | undefined;
  readonly onResult?: ((result: RichResult) => unknown) | undefined;
}

/** How much of all results is kept, as JSON: 16 MiB. */
const KEPT_RESULT_CHARACTERS = 16 * 1024 * 1024;

/** How much of each stream is kept for the result, as where nothing is streamed: 1 MiB. */
const KEPT_CHARACTERS = 1024 * 1024;

export function toEvalRequest(code: string, { context, ...rest }: Omit<EvalOptions, "signal">): EvalRequest {
  return { code, contextId: context === undefined ? undefined : idOf(context), ...rest };
}

/** Decodes the lines of a streamed evaluation. Throws `unexpected_reply` when they end before its end. */
export async function* decodeEvalEvents(
  lines: AsyncIterable<unknown>,
): AsyncGenerator<EvalEvent, void, undefined> {
  for await (const line of lines) {
    const event = fromWire(line) as EvalEvent;
    yield event;
    if (event.type === "end") return;
  }
  throw unexpectedReply("the daemon ended the stream before the code's end");
}

/** Tells of an evaluation while it runs, and gives it as if it had not been streamed. */
export async function collectEvaluation(
  events: AsyncIterable<EvalEvent>,
  { onStdout, onStderr, onResult }: EvalListeners,
): Promise<EvalResult> {
  const kept = { stdout: new KeptText(KEPT_CHARACTERS), stderr: new KeptText(KEPT_CHARACTERS) };
  const results = new KeptResults();
  for await (const event of events) {
    if (event.type === "end") {
      const { stdout, stderr } = kept;
      const truncated = [event.outcome.truncated, stdout.isCut, stderr.isCut, results.isCut].some(Boolean);
      return {
        ...event.outcome,
        stdout: stdout.text,
        stderr: stderr.text,
        results: results.list,
        truncated,
      };
    }
    if (event.type === "result") {
      results.add(event.content);
      await onResult?.(event.content);
    } else if (event.type !== "start") {
      kept[event.type].add(event.text);
      await (event.type === "stdout" ? onStdout : onStderr)?.(event.text);
    }
  }
  throw unexpectedReply("the evaluation ended without its outcome");
}

class KeptResults {
  readonly list: RichResult[] = [];
  isCut = false;
  #characters = 0;

  add(result: RichResult): void {
    this.#characters += JSON.stringify(result).length;
    if (this.#characters <= KEPT_RESULT_CHARACTERS) this.list.push(result);
    else this.isCut = true;
  }
}
