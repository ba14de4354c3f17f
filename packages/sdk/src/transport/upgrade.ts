import type { RequestOptions } from "node:http";
import { connect as connectTcp, isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { nodeHttp } from "./node-http.ts";
import { toReply } from "./node-reply.ts";
import type { TransportReply, UpgradeRequest, Upgraded } from "./transport.ts";

/** Where a daemon listens: a unix socket, or an http(s) URL. */
export type Address = { readonly socketPath: string } | { readonly url: URL };

/** Asks for a bare connection by HTTP's upgrade. Its two ways end each by itself. Rejects with what `explain` makes of a loss. */
export function upgrade(
  address: Address,
  { path, headers, signal }: UpgradeRequest,
  explain: (error: unknown) => unknown,
): Promise<Upgraded | TransportReply> {
  const host = "url" in address ? address.url.host : "forkd";
  const outgoing = nodeHttp().request({
    createConnection: () => dial(address),
    path: "url" in address ? `${address.url.pathname.replace(/\/+$/, "")}${path}` : path,
    headers: { host, connection: "Upgrade", upgrade: "tcp", ...headers },
    ...(signal === undefined ? {} : { signal }),
  } satisfies RequestOptions);
  outgoing.end();
  return new Promise((resolve, reject) => {
    outgoing.on("upgrade", (_reply, stream, early) => {
      stream.unshift(early);
      resolve({ stream });
    });
    outgoing.on("response", (reply) => resolve(toReply(reply, explain)));
    outgoing.on("error", (error) => reject(explain(error)));
  });
}

function dial(address: Address): Duplex {
  if ("socketPath" in address) return connectTcp({ path: address.socketPath, allowHalfOpen: true });
  const { protocol, hostname, port } = address.url;
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  if (protocol === "http:") return connectTcp({ host, port: Number(port || 80), allowHalfOpen: true });
  // An address is no name of a server (RFC 6066, 3).
  const servername = isIP(host) === 0 ? host : "";
  // Node's types do not know that the half-open state is there for TLS too.
  const options = { host, servername, port: Number(port || 443), allowHalfOpen: true };
  return connectTls(options);
}
