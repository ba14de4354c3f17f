import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Server as TlsServer } from "node:tls";
import { ForkdError, reasonOf } from "@forkd/contract";
import type { Logger } from "pino";
import { doAtIntervals } from "../at-intervals.ts";
import { createHttpServer } from "../http/http-server.ts";
import type { HttpServerParts } from "../http/http-server.ts";
import { answerMalformedRequests } from "../http/requests/malformed-requests.ts";
import type { Access } from "./access.ts";
import type { BindAddress } from "./bind-address.ts";
import { readTlsFiles } from "./tls-files.ts";
import type { TlsPaths } from "./tls-files.ts";

/** How often it is looked at what has changed. */
const INTERVALS = {
  /** A token that was revoked or has expired ends what goes on with it. */
  tokensMs: 1000,
  certificateMs: 10_000,
};

export interface TcpListener {
  readonly bind: BindAddress;
  readonly tls: TlsPaths | undefined;
  readonly access: Access;
  readonly log: Logger;
}

/** A server that listens. */
export interface TcpServer extends AsyncDisposable {
  readonly port: number;
}

/**
 * Serves by TCP those who have a token, until disposal, which ends all connections. Throws `invalid_configuration` when
 * it cannot listen there.
 */
export async function listenTcp(
  { bind, tls, access, log }: TcpListener,
  parts: Pick<HttpServerParts, "handle" | "gateway" | "watch" | "traced">,
  { tokensMs, certificateMs } = INTERVALS,
): Promise<TcpServer> {
  await using stack = new AsyncDisposableStack();
  const files = tls && (await readTlsFiles(tls));
  const server = createHttpServer({ ...parts, log, admit: (...asked) => access.admit(...asked), tls: files });
  answerMalformedRequests(server);
  const sockets = followConnections(server);
  const { port } = await listen(server, bind);
  stack.defer(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, "close");
  });
  const sweep = async (): Promise<void> => access.endStale();
  stack.use(doAtIntervals(sweep, tokensMs, (err) => log.error({ err }, "access.failed")));
  if (tls && files) {
    const renew = createRenewal(server as unknown as TlsServer, tls, files.cert, log);
    stack.use(doAtIntervals(renew, certificateMs, (err) => log.error({ err }, "tls.not_renewed")));
  }
  log.info({ host: bind.host, port, tls: tls !== undefined }, "tcp.ready");
  const resources = stack.move();
  return { port, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** Those that are open. Node's own list has neither those that became another protocol nor those in a TLS handshake. */
function followConnections(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}

async function listen(server: Server, { host, port }: BindAddress): Promise<AddressInfo> {
  try {
    server.listen(port, host);
    await once(server, "listening");
    return server.address() as AddressInfo;
  } catch (error) {
    const value = `${host}:${port}`;
    const why = `cannot be listened on: ${reasonOf(error)}`;
    throw new ForkdError("invalid_configuration", { variable: "FORKD_BIND", value, why }, { cause: error });
  }
}

/** Takes a certificate that was replaced; one that is of no use is told, and the old one stays. */
function createRenewal(server: TlsServer, paths: TlsPaths, first: Buffer, log: Logger): () => Promise<void> {
  let current = first;
  return async () => {
    const files = await readTlsFiles(paths);
    if (files.cert.equals(current)) return;
    server.setSecureContext(files);
    current = files.cert;
    log.info({ cert: paths.cert }, "tls.renewed");
  };
}
