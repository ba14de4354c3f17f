import type { ServerResponse } from "node:http";

/** Answers with a value, beside the errors of `e2b-error.ts`. */
export function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}
