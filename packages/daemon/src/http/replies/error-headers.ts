import type { ForkdError, ErrorDetails } from "@forkd/contract";

/** What a caller is told who may come again: branches and machines take about a second. */
const RETRY_AFTER_SECS = 1;

/** The fields of an answer that is an error, beside its type. */
export function errorHeaders({ code, status, details }: ForkdError): Record<string, string> {
  if (code === "unauthenticated") return { "www-authenticate": "Bearer" };
  if (code === "too_many_refusals" || code === "tenant_quota") {
    const { retryAfterSecs } = details as ErrorDetails<"too_many_refusals" | "tenant_quota">;
    return { "retry-after": String(retryAfterSecs) };
  }
  return status === 503 ? { "retry-after": String(RETRY_AFTER_SECS) } : {};
}
