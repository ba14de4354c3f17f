import type { IncomingMessage } from "node:http";
import { isIPv4 } from "node:net";
import { ForkdError } from "@forkd/contract";

const PORT = /:\d*$/;

/**
 * Throws `unknown_host` for a request by TCP that names neither this machine itself nor `domain` or a name below it. A
 * page of any site can have its name lead to a loopback address, and would then be of one origin with the API. A unix
 * socket is reached by no name.
 */
export function requireKnownHost({ socket, headers }: IncomingMessage, domain: string): void {
  if (socket.remoteAddress === undefined) return;
  const { host = "" } = headers;
  const name = host.toLowerCase().replace(PORT, "").replace(/\.$/, "");
  if (isLoopback(name) || `.${name}`.endsWith(`.${domain.toLowerCase()}`)) return;
  throw new ForkdError("unknown_host", { host });
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name === "[::1]" || (isIPv4(name) && name.startsWith("127."));
}
