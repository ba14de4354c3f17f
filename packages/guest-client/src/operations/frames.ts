import type { GuestProcessEvent } from "@forkd/core";
import { z } from "zod";
import { parseGuestJson } from "../connection/guest-json.ts";
import { protocolError } from "../connection/protocol-error.ts";

const HEADER_BYTES = 5;
const MAX_PAYLOAD_BYTES = 65_536;
const MAX_JSON_BYTES = 4096;
const START = 0;
const STDOUT = 1;
const STDERR = 2;
const EXIT = 3;
const MORE = 4;

const startSchema = z
  .object({
    pid: z.number().int().min(1).max(4_194_304),
    dropped: z.number().int().nonnegative(),
    offset: z.number().int().nonnegative().optional(),
  })
  .transform((start) => ({ type: "start" as const, ...start }));

const moreSchema = z
  .object({ offset: z.number().int().nonnegative() })
  .transform(({ offset }) => ({ type: "more" as const, offset }));

export const exitSchema = z
  .object({
    exit_code: z.number().int().min(0).max(255).nullable(),
    signal: z
      .string()
      .regex(/^SIG[A-Z0-9+-]{1,16}$/)
      .nullable(),
    timed_out: z.boolean(),
    duration_ms: z.number().nonnegative(),
  })
  .transform((exit) => ({
    type: "exit" as const,
    exitCode: exit.exit_code,
    signal: exit.signal,
    timedOut: exit.timed_out,
    durationMs: exit.duration_ms,
  }));

type State = "before start" | "running" | "over";

/**
 * Turns the bytes of an exec stream into events, whatever chunks they come in. Output is passed on as it comes,
 * without waiting for whole frames and without copies. Throws `agent_protocol`; it is of no use after that.
 */
export class FrameParser {
  #state: State = "before start";
  #type = STDOUT;
  /** Bytes of the current payload that are still to come. */
  #missing = 0;
  /** What has come of the current header, or of a payload that is needed whole. */
  #partial: Buffer = Buffer.alloc(0);

  /** Whether the last frame was seen. */
  get isOver(): boolean {
    return this.#state === "over";
  }

  push(chunk: Buffer): GuestProcessEvent[] {
    const events: GuestProcessEvent[] = [];
    let rest = chunk;
    while (rest.length > 0)
      rest = this.#missing > 0 ? this.#takePayload(rest, events) : this.#takeHeader(rest);
    return events;
  }

  #takeHeader(bytes: Buffer): Buffer {
    if (this.isOver) throw protocolError("bytes came after the last frame");
    const wanted = HEADER_BYTES - this.#partial.length;
    const header = this.#join(bytes.subarray(0, wanted));
    if (header.length < HEADER_BYTES) {
      this.#partial = header;
      return bytes.subarray(wanted);
    }
    this.#partial = Buffer.alloc(0);
    this.#type = header.readUInt8(0);
    this.#missing = header.readUInt32BE(1);
    this.#checkHeader();
    return bytes.subarray(wanted);
  }

  #checkHeader(): void {
    const [type, length] = [this.#type, this.#missing];
    if (type > MORE) throw protocolError(`a frame has the unknown type ${type}`);
    if (length > MAX_PAYLOAD_BYTES)
      throw protocolError(`a frame of ${length} bytes is over ${MAX_PAYLOAD_BYTES}`);
    if ((type === START) !== (this.#state === "before start")) {
      throw protocolError(
        `a frame of type ${type} came ${this.#state === "running" ? "again" : "before the start"}`,
      );
    }
    if (isJson(type) && (length === 0 || length > MAX_JSON_BYTES)) {
      throw protocolError(`a frame of type ${type} has ${length} bytes`);
    }
  }

  #takePayload(bytes: Buffer, events: GuestProcessEvent[]): Buffer {
    const part = bytes.subarray(0, this.#missing);
    this.#missing -= part.length;
    if (!isJson(this.#type)) {
      events.push({ type: this.#type === STDOUT ? "stdout" : "stderr", data: part });
    } else {
      this.#partial = this.#join(part);
      if (this.#missing === 0) events.push(this.#finishJson());
    }
    return bytes.subarray(part.length);
  }

  #finishJson(): GuestProcessEvent {
    const text = this.#partial;
    this.#partial = Buffer.alloc(0);
    this.#state = this.#type === START ? "running" : "over";
    if (this.#type === START) return parseJson(text, startSchema, "start");
    return this.#type === EXIT ? parseJson(text, exitSchema, "exit") : parseJson(text, moreSchema, "more");
  }

  #join(bytes: Buffer): Buffer {
    return this.#partial.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#partial, bytes]);
  }
}

const isJson = (type: number): boolean => type !== STDOUT && type !== STDERR;

function parseJson<T>(text: Buffer, schema: z.ZodType<T>, frame: string): T {
  return parseGuestJson(text, schema, {
    unread: (why, cause) => protocolError(`the ${frame} frame ${why}`, cause),
    misfit: (issues) => protocolError(`the ${frame} frame has the wrong fields: ${issues}`),
  });
}
