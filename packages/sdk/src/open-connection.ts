import { Connection } from "./connection.ts";
import { readEnvironment } from "./environment.ts";
import { createFetchTransport } from "./transport/fetch.ts";
import type { Fetch } from "./transport/fetch.ts";
import type { Transport } from "./transport/transport.ts";

export interface ForkdOptions {
  /** `http(s)://…` or `unix:/path`. Default: `FORKD_URL`, else the unix socket of the local daemon. */
  readonly baseUrl?: string | undefined;
  /** Sent as a bearer token; null: none. Default: `FORKD_TOKEN`. */
  readonly token?: string | null | undefined;
  /**
   * Whether a daemon is started when none answers on the unix socket, as the command line does. Default: true if
   * `baseUrl` is not given. `health`, `version`, `metrics` and `stop` never start one.
   */
  readonly startDaemon?: boolean | undefined;
  /** The program that starts it: a path, or a name that PATH has. Default: `FORKD_COMMAND`, else `forkd`. */
  readonly command?: string | undefined;
  /** Used instead of the global `fetch` for http URLs. Connections to ports are made without it, as `fetch` can make none. */
  readonly fetch?: Fetch | undefined;
  /** What carries requests, in the place of all of these but the token: for tests without a daemon. */
  readonly transport?: Transport | undefined;
}

/** A connection to the daemon that is told, or that the environment tells; and where that is. */
export function openConnection(options: ForkdOptions): {
  readonly baseUrl: string;
  readonly connection: Connection;
} {
  const environment = readEnvironment();
  const { transport } = options;
  const baseUrl =
    transport?.address ?? options.baseUrl ?? environment.url ?? `unix:${environment.socketPath}`;
  const startDaemon = options.startDaemon ?? options.baseUrl === undefined;
  const command = startDaemon ? (options.command ?? environment.command) : undefined;
  const openTransport = transport
    ? () => Promise.resolve(transport)
    : chooseTransport(baseUrl, { fetch: options.fetch, command });
  const token = options.token === undefined ? environment.token : (options.token ?? undefined);
  return { baseUrl, connection: new Connection(openTransport, token) };
}

/** How to speak to `baseUrl`. Throws a `TypeError` when it is neither http nor a unix socket, or holds a password. */
function chooseTransport(
  baseUrl: string,
  { fetch, command }: { readonly fetch: Fetch | undefined; readonly command: string | undefined },
): () => Promise<Transport> {
  if (baseUrl.startsWith("unix:")) {
    const socketPath = baseUrl.slice("unix:".length).replace(/^\/\/(?=\/)/, "");
    return async () => (await import("#unix-transport")).createUnixTransport(socketPath, command);
  }
  if (!/^https?:\/\//.test(baseUrl)) {
    throw new TypeError(`the forkd URL must begin with http://, https:// or unix:/, not ${baseUrl}`);
  }
  if (/^https?:\/\/[^/?#]*@/.test(baseUrl))
    throw new TypeError("the forkd URL must hold no user and no password: give a token");
  return async () => createFetchTransport(baseUrl, fetch);
}
