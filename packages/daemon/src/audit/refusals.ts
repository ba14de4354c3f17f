import type { AuditFacts, AuditTrail } from "@forkd/core";
import { doAtIntervals } from "../at-intervals.ts";
import { callerIfAny } from "../http/requests/callers.ts";
import { requestIdOf } from "../http/requests/request-id.ts";
import type { Watch } from "../http/requests/watch-answer.ts";
import { RefusalQuota } from "./refusal-quota.ts";

/** Those of too many requests are not recorded: a limit is there for that. */
const REFUSALS = new Set<string>(["unauthenticated", "not_permitted"]);
const MINUTE_MS = 60_000;
const NOBODY = { who: "unknown", request_id: null, object: null, path: null, asked: null, made: [] };

/**
 * Records who was not let in, or asked for what their token is not for. Anybody may be refused as often as they like, so
 * of many within a minute the rest is told by its number, after the minute or at disposal.
 */
export function recordRefusals(
  audit: AuditTrail,
  onError: (error: unknown) => void,
): { readonly watch: Watch } & Disposable {
  const quota = new RefusalQuota();
  const record = (facts: Omit<AuditFacts, "stage">): void => {
    try {
      audit.record({ ...facts, stage: "refused" });
    } catch (error) {
      onError(error);
    }
  };
  const tellRest = (): void => {
    for (const { from, count } of quota.endMinute())
      record({ ...NOBODY, from, operation: `${count} more`, code: null });
  };
  const minutes = doAtIntervals(async () => tellRest(), MINUTE_MS, onError);
  return {
    watch({ request, from, method, route, code }) {
      if (code === undefined || !REFUSALS.has(code)) return;
      if (!quota.take(from)) return;
      const who = callerIfAny(request)?.name ?? NOBODY.who;
      const operation = `${method} ${route ?? "?"}`;
      record({ ...NOBODY, who, from, request_id: requestIdOf(request), operation, code });
    },
    [Symbol.dispose]() {
      minutes[Symbol.dispose]();
      tellRest();
    },
  };
}
