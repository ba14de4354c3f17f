import { request as requestHttp } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { CallOptions } from "@forkd/core";

/** Statuses whose replies have no body: RFC 9110, 6.4.1, and 205, which a `Response` takes for one of them. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/**
 * One request and the head of its reply; the body is read as it is asked for, and the connection is held until it is
 * read to its end or cancelled. The signal ends both. Throws the errors of `node:http`.
 *
 * Not by `fetch`: its parser throws where nobody can catch it when a connection ends while its body waits for a reader.
 */
export async function exchange(
  { method, url, headers, body }: Exchange,
  options: CallOptions,
): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const request = send(url, { method, headers, signal: options.signal });
  request.on("response", resolve);
  request.on("error", reject);
  request.on("close", () => reject(new Error("it gave no reply")));
  request.end(body);
  const message = await promise;
  // Whoever reads it gets its error; nobody need read it.
  message.on("error", () => undefined);
  return toResponse(message, method);
}

function toResponse(message: IncomingMessage, method: string): Response {
  const { statusCode: status = 0 } = message;
  try {
    const headers = headersOf(message);
    const isEmpty = method === "HEAD" || BODILESS.has(status) || headers.get("content-length") === "0";
    const response = new Response(isEmpty ? null : streamOf(message), { status, headers });
    if (isEmpty) message.resume();
    return response;
  } catch (error) {
    message.destroy();
    throw error;
  }
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2)
    headers.append(String(rawHeaders[at]), String(rawHeaders[at + 1]));
  return headers;
}

function streamOf(message: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = message[Symbol.asyncIterator]() as AsyncIterator<Buffer<ArrayBuffer>>;
  return new ReadableStream(
    {
      async pull(controller) {
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: () => void message.destroy(),
    },
    { highWaterMark: 0 },
  );
}
