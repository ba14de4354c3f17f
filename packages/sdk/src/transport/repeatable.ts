import type { TransportRequest } from "./transport.ts";

/** Whether a request may be sent again that met a connection which the daemon had just closed. */
export function isRepeatable({ method }: TransportRequest): boolean {
  return method === "GET" || method === "DELETE";
}
