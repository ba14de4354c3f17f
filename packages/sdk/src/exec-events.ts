import type { ExecEvent as WireExecEvent } from "./api.gen.ts";
import { decodeBase64 } from "./base64.ts";
import { unexpectedReply } from "./errors.ts";
import { fromWire } from "./wire.ts";

/**
 * A command has started. `dropped` counts the bytes of its output that were lost before an attach, `offset` all that
 * came before what follows; that is null where the agent is older.
 */
export type ExecStart = Extract<WireExecEvent, { type: "start" }>;
/** A command has ended. `exitCode` is 128 + the signal's number if a signal ended it. */
export type ExecExit = Extract<WireExecEvent, { type: "exit" }>;
/** Bytes that a command wrote. With a terminal everything is `stdout`. */
export interface ExecOutput {
  readonly type: "stdout" | "stderr";
  readonly data: Uint8Array;
  /** Attach with this as `fromOffset` to go on behind these bytes; null where the agent is older. */
  readonly nextOffset: number | null;
}

/** What a streamed command tells: `start`, any number of outputs, `exit`. */
export type ExecEvent = ExecStart | ExecOutput | ExecExit;

/** Gives the lines of a command's output from an offset on. */
export type AskForMore = (pid: number, fromOffset: number) => AsyncIterable<unknown>;

/**
 * Decodes the lines of a streamed exec, and asks for each next piece of a lossless command's output once the last was
 * taken. Throws `unexpected_reply` when they end before the exit.
 */
export async function* decodeExecEvents(
  lines: AsyncIterable<unknown>,
  askForMore: AskForMore,
): AsyncGenerator<ExecEvent, void, undefined> {
  let pid = 0;
  let isFirst = true;
  for (let piece = lines; ; isFirst = false) {
    let more: number | undefined;
    for await (const event of decodePiece(piece)) {
      if (event.type === "more") more = event.offset;
      else if (event.type !== "start") yield event;
      else if (isFirst) yield event;
      if (event.type === "start") ({ pid } = event);
      if (event.type === "exit") return;
    }
    if (more === undefined) throw unexpectedReply("the daemon ended the stream before the command's exit");
    piece = askForMore(pid, more);
  }
}

type PieceEvent = ExecEvent | Extract<WireExecEvent, { type: "more" }>;

async function* decodePiece(lines: AsyncIterable<unknown>): AsyncGenerator<PieceEvent, void, undefined> {
  let offset: number | null = null;
  for await (const line of lines) {
    const event = fromWire(line) as WireExecEvent;
    if (event.type === "start") ({ offset } = event);
    if (event.type !== "stdout" && event.type !== "stderr") {
      yield event;
      continue;
    }
    const data = decodeBase64(event.data);
    offset = offset === null ? null : offset + data.length;
    yield { type: event.type, data, nextOffset: offset };
  }
}
