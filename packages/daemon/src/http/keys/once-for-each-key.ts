import type { IncomingHttpHeaders } from "node:http";
import type { AnyHandler } from "../handler.ts";
import { fingerprintOf, readIdempotencyKey } from "./idempotency-key.ts";
import type { KeptAnswers } from "./kept-answers.ts";

/** The same handler, which does what it is asked for once for each Idempotency-Key of a caller. */
export function onceForEachKey(
  answers: KeptAnswers,
  operation: string,
  handle: AnyHandler,
  headers: IncomingHttpHeaders,
): AnyHandler {
  return async (call) => {
    const key = readIdempotencyKey(headers);
    if (key === undefined) return await handle(call);
    const { caller, params, query, body } = call;
    const fingerprint = fingerprintOf(operation, params, query, body);
    return await answers.answer(
      { caller: JSON.stringify([caller.tenant, caller.name]), key, fingerprint },
      call,
      () => handle(call),
    );
  };
}
