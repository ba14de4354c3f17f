import type { IncomingMessage } from "node:http";
import { SANDBOX_ID_IN_HOST_PATTERN } from "@forkd/contract";

/** Where a request is to go that is not for the API. */
export interface Target {
  /** `tunnel`: the bytes of the connection themselves. */
  readonly kind: "path" | "host" | "header" | "tunnel";
  /** A sandbox's id or name, and a port, as the caller wrote them. */
  readonly sandbox: string;
  readonly port: string;
  /** What the program in the guest is asked for: path and query as they came. */
  readonly url: string;
  /** What was before that in the URL. */
  readonly prefix: string;
}

const PORT_PATH = /^(\/v1\/sandboxes\/([^/?#]+)\/ports\/([^/?#]+)\/(?:proxy(?=[/?#]|$)|(tunnel)$))(.*)$/s;
const SANDBOX_FIELD = "e2b-sandbox-id";
const PORT_FIELD = "e2b-sandbox-port";
const PORT_LABEL = /^(\d+)-(.+)$/;

type Finder = (request: Pick<IncomingMessage, "url" | "headers">) => Target | undefined;

/**
 * Tells which requests go to a port of a sandbox: by the host name `<port>-<sandbox>.<domain>` or by the two fields that
 * E2B's clients send, whatever their path is, or by a path of the API.
 */
export function createTargetFinder(domain: string): Finder {
  const suffix = `.${domain.toLowerCase()}`;
  return ({ url = "", headers }) => {
    const { host = "", [SANDBOX_FIELD]: named, [PORT_FIELD]: numbered } = headers;
    if (typeof named === "string" && typeof numbered === "string")
      return { kind: "header", port: numbered, sandbox: undash(named), url, prefix: "" };
    const name = host.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
    const label = name.endsWith(suffix) ? PORT_LABEL.exec(name.slice(0, -suffix.length)) : null;
    if (label !== null) {
      const [, port = "", sandbox = ""] = label;
      return { kind: "host", port, sandbox: undash(sandbox), url, prefix: "" };
    }
    const path = PORT_PATH.exec(url);
    if (path === null) return undefined;
    const [, prefix = "", sandbox = "", port = "", tunnel, rest = ""] = path;
    const kind = tunnel === undefined ? "path" : "tunnel";
    return { kind, port, sandbox, url: rest.startsWith("/") ? rest : `/${rest}`, prefix };
  };
}

function undash(sandbox: string): string {
  return SANDBOX_ID_IN_HOST_PATTERN.test(sandbox) ? sandbox.replace("-", "_") : sandbox;
}
