import type { Agent, ClientRequest, IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { DaemonOnDemand } from "../daemon/on-demand.ts";
import { resendsAborted } from "../environment.ts";
import { assertSocketPath, connectionFailed, isConnectionLost, isForkdApiError } from "../errors.ts";
import { nodeHttp } from "./node-http.ts";
import { toReply } from "./node-reply.ts";
import { isRepeatable } from "./repeatable.ts";
import type { RawBody, Transport, TransportReply, TransportRequest } from "./transport.ts";
import { upgrade } from "./upgrade.ts";

/** Connections that are kept open while idle: each saves the next request a connect. */
const MAX_IDLE_CONNECTIONS = 32;

/**
 * Speaks HTTP over a unix socket. Only Node's API can do that, so this file is imported when it is needed. With a
 * `command`, a daemon is started when none answers.
 */
export function createUnixTransport(socketPath: string, command?: string): Transport {
  const daemon = command === undefined ? undefined : new DaemonOnDemand(socketPath, command);
  const { Agent } = nodeHttp();
  const agent = new Agent({ keepAlive: !resendsAborted(), maxFreeSockets: MAX_IDLE_CONNECTIONS });
  const address = `unix:${socketPath}`;
  const deliver = async (request: TransportRequest): Promise<TransportReply> => {
    const { signal } = request;
    const explain = (error: unknown): unknown =>
      signal?.aborted ? signal.reason : connectionFailed(address, `${request.method} ${request.path}`, error);
    if (request.needsDaemon) await daemon?.ensure(signal);
    try {
      return toReply(await exchange(request, socketPath, agent), explain);
    } catch (error) {
      daemon?.forget();
      throw explain(error);
    }
  };
  return {
    address,
    async send(request: TransportRequest): Promise<TransportReply> {
      assertSocketPath(socketPath);
      const mayHaveGone = request.needsDaemon && daemon?.isKnown === true && !isStream(request.body);
      try {
        return await deliver(request);
      } catch (error) {
        // The daemon that answered before has ended meanwhile, and nothing was sent: another one is started.
        const isAbsent = isForkdApiError(error) && error.code === "daemon_unreachable";
        if (!mayHaveGone || !isAbsent) throw error;
        return await deliver(request);
      }
    },
    async upgrade(request) {
      assertSocketPath(socketPath);
      await daemon?.ensure(request.signal);
      return upgrade({ socketPath }, request, (error) =>
        request.signal?.aborted
          ? request.signal.reason
          : connectionFailed(address, `GET ${request.path}`, error),
      );
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
    },
  };
}

/** Sends a request, once more if the daemon closed the idle connection just as it was taken for this. */
async function exchange(
  request: TransportRequest,
  socketPath: string,
  agent: Agent,
): Promise<IncomingMessage> {
  const { promise, outgoing } = start(request, socketPath, agent);
  try {
    return await promise;
  } catch (error) {
    const wasStale = outgoing.reusedSocket && isConnectionLost(error);
    if (!wasStale || !isRepeatable(request) || request.signal?.aborted) throw error;
    return start(request, socketPath, agent).promise;
  }
}

function start(
  { method, path, headers, body, signal }: TransportRequest,
  socketPath: string,
  agent: Agent,
): { promise: Promise<IncomingMessage>; outgoing: ClientRequest } {
  const outgoing = nodeHttp().request({
    socketPath,
    agent,
    method,
    path,
    headers: { host: "forkd", ...headers },
  });
  if (signal !== undefined) endOnAbort(outgoing, signal);
  const promise = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on("response", resolve);
    outgoing.on("error", reject);
  });
  if (body === undefined) outgoing.end();
  else if (typeof body === "string" || body instanceof Uint8Array) outgoing.end(body);
  else sendStream(body, outgoing);
  return { promise, outgoing };
}

/**
 * Node's own `signal` option destroys the connection with an error. Where the answer is here already and the agent
 * takes the connection back, nobody listens for that error, and it ends the process.
 */
function endOnAbort(outgoing: ClientRequest, signal: AbortSignal): void {
  const abort = (): void => void outgoing.destroy();
  signal.addEventListener("abort", abort, { once: true });
  outgoing.once("close", () => signal.removeEventListener("abort", abort));
}

const isStream = (body: RawBody | undefined): boolean =>
  body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array);

function sendStream(body: AsyncIterable<Uint8Array>, outgoing: ClientRequest): void {
  const source = Readable.from(body, { objectMode: false });
  source.on("error", (error) => outgoing.destroy(error));
  outgoing.on("close", () => source.destroy());
  outgoing.flushHeaders();
  source.pipe(outgoing);
}
