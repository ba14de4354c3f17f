import type { IncomingMessage, ServerResponse } from "node:http";
import { createConnectRouter, createContextValues } from "@connectrpc/connect";
import type { ConnectRouter, Interceptor } from "@connectrpc/connect";
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { ForkdError, toForkdError } from "@forkd/contract";
import { toConnectError } from "../connect-error.ts";
import { CALL } from "./rpc-call.ts";
import type { EnvdCall } from "./envd-call.ts";

/** Adds a service with all its procedures. */
export type RpcService = (router: ConnectRouter) => unknown;

/** Of a message, such as input for a command. */
const MESSAGE_LIMIT_BYTES = 16 * 1024 * 1024;
/** As long as a command may take. */
const MAX_TIMEOUT_MS = 86_400_000;

/** Answers requests by Connect. Throws `unknown_route` for what is no procedure. */
export function createRpc(services: readonly RpcService[]) {
  const router = createConnectRouter({
    interceptors: [explainErrors],
    acceptCompression: [compressionGzip, compressionBrotli],
    readMaxBytes: MESSAGE_LIMIT_BYTES,
    maxTimeoutMs: MAX_TIMEOUT_MS,
    grpc: false,
    grpcWeb: false,
  });
  for (const add of services) add(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return async (call: EnvdCall, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url = "" } = request;
    const handle = handlers.get(url.split("?", 1)[0] ?? "");
    if (handle === undefined) throw new ForkdError("unknown_route", { method, path: url });
    const values = createContextValues().set(CALL, call);
    const reply = await handle(universalRequestFromNodeRequest(request, response, undefined, values));
    // It does not settle for an answer that was given, and fails for a client that went away.
    universalResponseToNodeResponse(reply, response).catch(() => response.destroy());
  };
}

const explainErrors: Interceptor = (next) => async (request) => {
  const { explain = toForkdError } = request.contextValues.get(CALL) ?? {};
  const told = { signal: request.signal, explain };
  try {
    const response = await next(request);
    if (!response.stream) return response;
    return { ...response, message: explainEach(response.message, told) };
  } catch (error) {
    throw toConnectError(error, told);
  }
};

async function* explainEach<Message>(
  messages: AsyncIterable<Message>,
  told: Parameters<typeof toConnectError>[1],
): AsyncGenerator<Message> {
  try {
    yield* messages;
  } catch (error) {
    throw toConnectError(error, told);
  }
}
