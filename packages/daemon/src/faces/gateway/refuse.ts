import type { ServerResponse } from "node:http";
import type { ForkdError } from "@forkd/contract";
import { errorHeaders } from "../../http/replies/error-headers.ts";
import { nameRequest, requestIdOf } from "../../http/requests/request-id.ts";

/** Answers with an error as the API does, or breaks off an answer that has begun. */
export function refuse(response: ServerResponse, error: ForkdError): void {
  if (response.headersSent) return void response.destroy();
  nameRequest(response);
  response.writeHead(error.status, { ...errorHeaders(error), "content-type": "application/json" });
  response.end(JSON.stringify(error.toWire(requestIdOf(response.req))));
}
