import type { ExecEvent as WireExecEvent } from "./api.gen.ts";
import { decodeBase64 } from "./base64.ts";
import { unexpectedReply } from "./errors.ts";
import { fromWire } from "./wire.ts";

/** A command has started. `dropped` counts the bytes of its output that were lost before an attach. */
export type ExecStart = Extract<WireExecEvent, { type: "start" }>;
/** A command has ended. `exitCode` is 128 + the signal's number if a signal ended it. */
export type ExecExit = Extract<WireExecEvent, { type: "exit" }>;
/** Bytes that a command wrote. With a terminal everything is `stdout`. */
export interface ExecOutput {
  readonly type: "stdout" | "stderr";
  readonly data: Uint8Array;
}

/** What a streamed command tells: `start`, any number of outputs, `exit`. */
export type ExecEvent = ExecStart | ExecOutput | ExecExit;

/** Decodes the lines of a streamed exec. Throws `unexpected_reply` when they end before the exit. */
export async function* decodeExecEvents(
  lines: AsyncIterable<unknown>,
): AsyncGenerator<ExecEvent, void, undefined> {
  for await (const line of lines) {
    const event = fromWire(line) as WireExecEvent;
    switch (event.type) {
      case "stdout":
      case "stderr":
        yield { type: event.type, data: decodeBase64(event.data) };
        break;
      case "start":
        yield event;
        break;
      case "exit":
        yield event;
        return;
    }
  }
  throw unexpectedReply("the daemon ended the stream before the command's exit");
}
