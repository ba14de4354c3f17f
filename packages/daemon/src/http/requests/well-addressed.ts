import type { IncomingMessage } from "node:http";
import { ForkdError } from "@forkd/contract";

/** A name or an address of RFC 9110, 4.2, with labels that are not empty, and a port. A unix socket needs none. */
const HOST = /^(?:(?:[\w~%-]+(?:\.[\w~%-]+)*\.?|\[[\da-f:.]+\])(?::\d{0,5})?)?$/i;

/**
 * Throws `invalid_request` for what another reader could take for a request to somebody else: a gate in front may have
 * let it pass as that.
 */
export function requireWellAddressed({ method, url = "", rawHeaders, headers }: IncomingMessage): void {
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === "host");
  if (hosts.length > 1) throw refusal("it has more than one Host");
  if (!HOST.test(headers.host ?? "")) throw refusal("its Host is no name with a port");
  if (!url.startsWith("/") && !(method === "OPTIONS" && url === "*")) throw refusal("its target is no path");
}

function refusal(message: string): ForkdError {
  return new ForkdError("invalid_request", { issues: [{ path: "", message }] });
}
