import { ForkdError } from "@forkd/contract";
import { explainMissingRequest } from "../connection/refusal.ts";
import type { Explain } from "../connection/refusal.ts";

/** A longer path is none for the kernel, and would not fit into the agent's limit for headers. */
const MAX_PATH_BYTES = 4095;

/** Throws `guest_refused` for what could not be sent. */
export function requireShortPath(path: string, request: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes <= MAX_PATH_BYTES) return;
  const why = `a path of ${bytes} bytes is over ${MAX_PATH_BYTES}`;
  throw new ForkdError("guest_refused", { request, code: "bad_request", why });
}

type QueryValue = string | number | boolean | undefined;

/**
 * Percent-encodes all that is not plain; `URLSearchParams` would write a space as `+`. Undefined fields are left away, and
 * those of a list come one by one.
 */
export function toQuery(fields: Readonly<Record<string, QueryValue | readonly string[]>>): string {
  const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
  return Object.entries(fields)
    .flatMap(([name, value]) => [value].flat().map((each) => [name, each] as const))
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encode(String(value))}`]))
    .join("&");
}

/** What is wrong with a file, in a request that older agents do not know; `what` says what it would do. */
export function explainFile(what: string, path: string): Explain {
  const explain = explainMissingRequest(what);
  return (refusal) =>
    refusal.code === "no_such_file" ? new ForkdError("guest_file_not_found", { path }) : explain(refusal);
}
