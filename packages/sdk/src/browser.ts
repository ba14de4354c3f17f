/**
 * What a bundle for a browser has in the place of all that needs the sockets of Node (`imports` in package.json):
 * the same names, which say so.
 */
import { ForkdApiError } from "./errors.ts";

function refuse(): never {
  const error =
    "a browser has no sockets: it reaches a daemon by http(s), and no port of a sandbox through this client";
  const hint =
    "give baseUrl as http(s)://…, of the page's own origin; a port is reached by the host name that FORKD_DOMAIN gives it";
  throw new ForkdApiError(0, { error, code: "daemon_unreachable", hint });
}

export const createUnixTransport = refuse;
export const upgrade = refuse;
export const fetchPort = refuse;
export const PortForward = { open: refuse };
