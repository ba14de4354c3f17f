import type { IncomingMessage } from "node:http";
import type { AuditTrail } from "@forkd/core";
import { callerIfAny } from "../http/requests/callers.ts";
import { requestIdOf } from "../http/requests/request-id.ts";
import type { Watch } from "../http/requests/watch-answer.ts";

/** Those of too many requests are not recorded: a limit is there for that. */
const REFUSALS = new Set<string>(["unauthenticated", "not_permitted"]);

/** Records who was not let in, or asked for what their token is not for. */
export function recordRefusals(audit: AuditTrail, onError: (error: unknown) => void): Watch {
  return ({ request, method, route, code }) => {
    if (code === undefined || !REFUSALS.has(code)) return;
    try {
      audit.record({ ...describe(request), stage: "refused", operation: `${method} ${route ?? "?"}`, code });
    } catch (error) {
      onError(error);
    }
  };
}

function describe(request: IncomingMessage) {
  const { name: who, request: by } = callerIfAny(request) ?? { name: "unknown" };
  const from = by?.from ?? request.socket.remoteAddress ?? null;
  return { who, from, request_id: requestIdOf(request), object: null, path: null, asked: null, made: [] };
}
