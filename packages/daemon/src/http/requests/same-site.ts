import type { IncomingMessage } from "node:http";
import { ForkdError } from "@forkd/contract";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
const OURS = new Set(["same-origin", "none"]);

/**
 * Throws `cross_site_request` for a request that changes something and that a browser sends for a page of somebody else:
 * such a page cannot read the answer, but would have had its effect. What is no browser names no origin.
 */
export function requireSameSite({ method = "", headers }: IncomingMessage): void {
  if (SAFE.has(method)) return;
  const { origin, host = "", "sec-fetch-site": site = "none" } = headers;
  if (OURS.has(site) && (origin === undefined || isOf(host, origin))) return;
  throw new ForkdError("cross_site_request", { origin: origin ?? site });
}

function isOf(host: string, origin: string): boolean {
  return URL.parse(origin)?.host === host.toLowerCase();
}
