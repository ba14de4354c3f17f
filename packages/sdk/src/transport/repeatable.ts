import type { TransportRequest } from "./transport.ts";

/** What the daemon knows a request by that is sent again, so that it is done once. */
export const KEY_HEADER = "idempotency-key";

/** Whether a request may be sent again that met a connection which the daemon had just closed. */
export function isRepeatable({ method, headers }: TransportRequest): boolean {
  return method === "GET" || method === "DELETE" || headers[KEY_HEADER] !== undefined;
}
