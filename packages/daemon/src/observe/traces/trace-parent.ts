/** The span that a request is a part of, as W3C Trace Context tells of it. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  /** 1: its caller tells of it too. */
  readonly traceFlags: number;
}

const PARENT =
  /^(?<version>[\da-f]{2})-(?<trace>[\da-f]{32})-(?<span>[\da-f]{16})-(?<flags>[\da-f]{2})(?<more>-.*)?$/;
const NOTHING = /^0+$/;

/** What is not sound is as if it were not sent: https://www.w3.org/TR/trace-context/#traceparent-header */
export function readTraceParent(header: string | readonly string[] | undefined): TraceParent | undefined {
  const parts = typeof header === "string" ? PARENT.exec(header.trim())?.groups : undefined;
  if (parts === undefined) return undefined;
  const { version, trace: traceId = "", span: spanId = "", flags = "", more } = parts;
  // Later versions may say more, this one does not; there is no version 255.
  if (version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (NOTHING.test(traceId) || NOTHING.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1 };
}
