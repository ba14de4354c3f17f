import type { IncomingHttpHeaders } from "node:http";
import type { FileRange } from "@forkd/core";

const RANGE = /^bytes=(?<first>\d{0,15})-(?<last>\d{0,15})$/;

/**
 * The part that a request asks for (RFC 9110, 14.2). What is no single range of bytes may be ignored, and is; so is one with a
 * condition, since files of a guest have no validators.
 */
export function readRange(headers: IncomingHttpHeaders): FileRange | undefined {
  if (headers["if-range"] !== undefined) return undefined;
  const { first = "", last = "" } = RANGE.exec(headers.range ?? "")?.groups ?? {};
  if (first === "") return last === "" ? undefined : { tail: Number(last) };
  const offset = Number(first);
  if (last === "") return { offset };
  return Number(last) < offset ? undefined : { offset, length: Number(last) - offset + 1 };
}
