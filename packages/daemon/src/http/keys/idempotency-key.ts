import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { ForkdError } from "@forkd/contract";

const HEADER = "idempotency-key";
/** Visible ASCII; one that is sent twice is joined with a comma and a space, and so is none. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** The Idempotency-Key of a request, if it has one. Throws `invalid_request`. */
export function readIdempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const sent = headers[HEADER];
  if (sent === undefined) return undefined;
  const key = [sent].flat().join(", ");
  if (KEY.test(key)) return key;
  const message = "must be one of 1 to 255 visible ASCII characters";
  throw new ForkdError("invalid_request", { issues: [{ path: HEADER, message }] });
}

/** Of what a request asks for: of two that ask for the same, it is the same. Nothing can be read out of it. */
export function fingerprintOf(...parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64");
}
