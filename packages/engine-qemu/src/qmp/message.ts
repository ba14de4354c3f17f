/** What QEMU sends: https://www.qemu.org/docs/master/interop/qmp-spec.html */
export type QmpMessage =
  | { readonly type: "greeting" }
  | { readonly type: "event"; readonly event: QmpEvent }
  | { readonly type: "return"; readonly id: number; readonly value: unknown }
  | { readonly type: "error"; readonly id: number | undefined; readonly why: string };

export interface QmpEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** When it happened, in milliseconds since 1970, to the microsecond. */
  readonly atMs?: number;
}

/** Parses one line; throws SyntaxError when it is none of the protocol's messages. */
export function parseQmpMessage(line: string): QmpMessage {
  const message: unknown = JSON.parse(line);
  if (!isRecord(message)) throw new SyntaxError("a message that is not an object");
  if ("QMP" in message) return { type: "greeting" };
  const { event, data, id, error, timestamp } = message;
  if (typeof event === "string") {
    return {
      type: "event",
      event: { name: event, data: isRecord(data) ? data : {}, ...readTime(timestamp) },
    };
  }
  if (isRecord(error)) {
    const why = typeof error["desc"] === "string" ? error["desc"] : "no reason given";
    return { type: "error", id: typeof id === "number" ? id : undefined, why };
  }
  if (typeof id === "number" && "return" in message) return { type: "return", id, value: message["return"] };
  throw new SyntaxError("a message of no known kind");
}

function readTime(timestamp: unknown): Pick<QmpEvent, "atMs"> {
  if (!isRecord(timestamp)) return {};
  return { atMs: Number(timestamp["seconds"]) * 1000 + Number(timestamp["microseconds"]) / 1000 };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
