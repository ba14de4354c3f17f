import { request as httpRequest } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { ForkdError, isForkdError, reasonOf } from "@forkd/contract";
import { noteRequest } from "../../http/requests/request-notes.ts";
import { forwardRequestHeaders } from "./headers.ts";
import type { RawHeaders } from "./headers.ts";
import type { Target } from "./target.ts";

/** A request that goes on to a port, and where. */
export interface Call {
  readonly request: IncomingMessage;
  readonly target: Target;
  readonly port: number;
  readonly tunnel: Duplex;
}

/** The same request to the program in the guest, by a connection of its own. Throws what cannot be sent. */
export function forward({ request, target, tunnel }: Call, ofConnection: RawHeaders): ClientRequest {
  const { method = "GET" } = request;
  try {
    const headers = [...forwardRequestHeaders(request, target), ...ofConnection];
    return httpRequest({ createConnection: () => tunnel, method, path: target.url, headers });
  } catch (error) {
    tunnel.destroy();
    throw new ForkdError("invalid_request", { issues: [{ path: "", message: reasonOf(error) }] });
  }
}

/** What a program in the guest did instead of answering. */
export function explainFailure(
  error: unknown,
  { port, request }: Pick<Call, "port" | "request">,
): ForkdError {
  const known = isForkdError(error)
    ? error
    : new ForkdError("port_broken", { port, why: reasonOf(error) }, { cause: error });
  noteRequest(request, { code: known.code });
  return known;
}
