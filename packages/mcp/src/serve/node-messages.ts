import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * A request of Node's as `fetch` has it, or undefined where that has none: for the method TRACE, or a host that is no
 * name. It aborts when its client goes before it is answered.
 */
export function toRequest(message: IncomingMessage, response: ServerResponse): Request | undefined {
  try {
    return convert(message, response);
  } catch {
    // Whoever sent it is told so.
    return undefined;
  }
}

function convert(message: IncomingMessage, response: ServerResponse): Request {
  const controller = new AbortController();
  response.on("close", () => controller.abort());
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headersDistinct))
    for (const one of value ?? []) headers.append(name, one);
  const hasBody = message.method !== "GET" && message.method !== "HEAD";
  return new Request(`http://${message.headers.host ?? "localhost"}${message.url ?? "/"}`, {
    method: message.method ?? "GET",
    headers,
    signal: controller.signal,
    ...(hasBody ? { body: Readable.toWeb(message) as ReadableStream, duplex: "half" } : {}),
  });
}

/** Answers as `fetch` was told to, no faster than the client takes it. */
export async function answer(response: ServerResponse, { status, headers, body }: Response): Promise<void> {
  response.writeHead(status, Object.fromEntries(headers));
  if (body === null) return void response.end();
  try {
    await pipeline(Readable.fromWeb(body), response);
  } catch {
    // The client has gone; its request was aborted by that.
    response.destroy();
  }
}
