import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { Duplex } from "node:stream";
import type { CallOptions } from "../options.ts";

/** A request to a web server in a guest. */
export interface FetchPortOptions extends CallOptions {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
}

/** What answers with no body, and a `Response` must have none then. */
const BODILESS = new Set([204, 205, 304]);

/** Asks by a connection of its own, and gives the answer as `fetch` does. Redirects are not followed. */
export async function fetchPort(
  tunnel: Duplex,
  port: number,
  path: string,
  { method = "GET", headers = {}, body, signal }: FetchPortOptions,
): Promise<Response> {
  const outgoing = httpRequest({
    createConnection: () => tunnel,
    method,
    path,
    headers: { host: `localhost:${port}`, ...headers },
    ...(signal === undefined ? {} : { signal }),
  });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on("response", resolve);
    outgoing.on("error", reject);
    outgoing.on("close", () => {
      tunnel.destroy();
      reject(new Error("what listens there gave no answer in HTTP"));
    });
    outgoing.end(body);
  });
  try {
    return toResponse(answer);
  } catch (error) {
    answer.destroy();
    throw error;
  }
}

function toResponse(answer: IncomingMessage): Response {
  const { statusCode: status = 0, statusMessage: statusText = "", rawHeaders } = answer;
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
  if (BODILESS.has(status)) answer.resume();
  const body = BODILESS.has(status)
    ? null
    : (Readable.toWeb(answer) as ReadableStream<Uint8Array<ArrayBuffer>>);
  return new Response(body, { status, statusText, headers });
}
