import type { IncomingMessage, ServerResponse } from "node:http";
import { createContextValues } from "@connectrpc/connect";
import type { ConnectRouter, Interceptor } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { ForkdError } from "@forkd/contract";
import { toConnectError } from "../connect-error.ts";
import { refuseInSandbox } from "../e2b-error.ts";
import { CALL } from "./rpc-call.ts";
import type { EnvdCall } from "./envd-call.ts";

/** Adds a service with all its procedures. */
export type RpcService = (router: ConnectRouter) => unknown;

/** Of a message, such as input for a command. */
const MESSAGE_LIMIT_BYTES = 16 * 1024 * 1024;
/** As long as a command may take. */
const MAX_TIMEOUT_MS = 86_400_000;

/** Answers requests by Connect, and with 404 what is no procedure. */
export function createRpc(services: readonly RpcService[]) {
  const calls = new WeakMap<object, EnvdCall>();
  const adapter = connectNodeAdapter({
    routes: (router) => services.forEach((add) => add(router)),
    contextValues: (request) => createContextValues().set(CALL, calls.get(request)),
    interceptors: [explainErrors],
    fallback: (request, response) => refuseUnknown(request as IncomingMessage, response as ServerResponse),
    readMaxBytes: MESSAGE_LIMIT_BYTES,
    maxTimeoutMs: MAX_TIMEOUT_MS,
    grpc: false,
    grpcWeb: false,
  });
  return (call: EnvdCall, request: IncomingMessage, response: ServerResponse): void => {
    calls.set(request, call);
    adapter(request, response);
  };
}

function refuseUnknown({ method = "", url = "" }: IncomingMessage, response: ServerResponse): void {
  refuseInSandbox(response, new ForkdError("unknown_route", { method, path: url }));
}

const explainErrors: Interceptor = (next) => async (request) => {
  try {
    const response = await next(request);
    if (!response.stream) return response;
    return { ...response, message: explainEach(response.message, request.signal) };
  } catch (error) {
    throw toConnectError(error, request.signal);
  }
};

async function* explainEach<Message>(
  messages: AsyncIterable<Message>,
  signal: AbortSignal,
): AsyncGenerator<Message> {
  try {
    yield* messages;
  } catch (error) {
    throw toConnectError(error, signal);
  }
}
