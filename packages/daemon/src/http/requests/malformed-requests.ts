import { maxHeaderSize } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ForkdError } from "@forkd/contract";
import { toE2bError } from "../../faces/e2b/e2b-error.ts";
import { endAfterAnswer } from "./linger.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "./request-id.ts";

/** What E2B's clients have in the heads of their requests. */
const FIELD_OF_E2B = /\r\n(?:x-api-key|x-access-token|e2b-sandbox-id):/i;

/** What the parser says of bytes that it does not take. */
interface ParserError extends NodeJS.ErrnoException {
  /** With them, what came at the same time. */
  readonly rawPacket?: Buffer;
}

/**
 * Answers what is no request, as every other error is answered: bytes that are not HTTP, heads that are too large or
 * too slow, CONNECT. Callers may close their half of the connection and wait for their answer.
 */
export function answerMalformedRequests(server: Server & { httpAllowHalfOpen?: boolean }): void {
  server.httpAllowHalfOpen = true;
  const answering = new WeakMap<Duplex, { request: IncomingMessage; response: ServerResponse }>();
  const told = new WeakSet<Duplex>();
  server.on("request", (request: IncomingMessage, response: ServerResponse) =>
    answering.set(request.socket, { request, response }),
  );
  const tell = (
    socket: Duplex,
    error: ForkdError,
    { request, isOfE2b = false }: { request?: IncomingMessage; isOfE2b?: boolean },
  ): void => {
    if (told.has(socket)) return;
    told.add(socket);
    const last = answering.get(socket);
    const isPartOfLast = last !== undefined && !last.request.complete;
    // A request before it has its answer first; one that it is a part of may have it already.
    if (isPartOfLast && last.response.headersSent) socket.destroy();
    else {
      const named = isPartOfLast ? last.request : request;
      const id = named ? requestIdOf(named) : crypto.randomUUID();
      const body = isOfE2b ? toE2bError(error) : error.toWire(id);
      const send = (): void => sendAndClose(socket, error, { id, body });
      if (isPartOfLast || last === undefined || last.response.closed) send();
      else last.response.once("close", send);
    }
  };
  // The framework's own.
  server.removeAllListeners("clientError");
  server.on("clientError", (cause: ParserError, socket) => {
    const error = describe(cause, server);
    const isOfE2b = FIELD_OF_E2B.test(cause.rawPacket?.toString("latin1") ?? "");
    if (error === undefined || !socket.writable) socket.destroy();
    else tell(socket, error, { isOfE2b });
  });
  server.on("connect", (request: IncomingMessage, socket: Socket) => {
    const { url: path = "" } = request;
    tell(socket, new ForkdError("unknown_route", { method: "CONNECT", path }), { request });
  });
  // RFC 9110, 10.1.1: what is expected and not known may be ignored.
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
}

/** Undefined when the connection itself broke. */
function describe(cause: NodeJS.ErrnoException, { headersTimeout }: Server): ForkdError | undefined {
  const { code = "", message } = cause;
  if (code === "HPE_HEADER_OVERFLOW")
    return new ForkdError("headers_too_large", { limitBytes: maxHeaderSize }, { cause });
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return new ForkdError("request_timeout", { seconds: headersTimeout / 1000 }, { cause });
  if (!code.startsWith("HPE_")) return undefined;
  const issues = [{ path: "", message: `it is not HTTP: ${message}` }];
  return new ForkdError("invalid_request", { issues }, { cause });
}

function sendAndClose(
  socket: Duplex,
  error: ForkdError,
  { id, body: told }: { readonly id: string; readonly body: object },
): void {
  const body = JSON.stringify(told);
  const head = [
    `HTTP/1.1 ${error.status} ${error.code}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
    `${REQUEST_ID_HEADER}: ${id}`,
  ];
  if (!socket.writable) return void socket.destroy();
  socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  endAfterAnswer(socket);
}
