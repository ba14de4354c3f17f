import { connectionFailed, isConnectionLost } from "../errors.ts";
import { isRepeatable } from "./repeatable.ts";
import type { RawBody, Transport, TransportReply, TransportRequest } from "./transport.ts";

/** The part of `fetch` that is used; pass another one for proxies, client certificates or tests. */
export type Fetch = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
    duplex?: "half";
    signal?: AbortSignal;
    redirect: "error";
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: ReadableStream<Uint8Array> | null;
}>;

/** Speaks to an `http:` or `https:` URL by `fetch`, which is in every runtime. */
export function createFetchTransport(baseUrl: string, fetch: Fetch = globalThis.fetch): Transport {
  const address = baseUrl.replace(/\/+$/, "");
  let hasAnswered = false;
  return {
    address,
    async send(request: TransportRequest): Promise<TransportReply> {
      const { method, path, headers, body, signal } = request;
      const explain = (error: unknown): unknown =>
        signal?.aborted ? signal.reason : connectionFailed(address, `${method} ${path}`, error);
      const exchange = () =>
        fetch(`${address}${path}`, {
          method,
          headers: { ...headers },
          redirect: "error",
          ...(body === undefined ? {} : describeBody(body)),
          ...(signal === undefined ? {} : { signal }),
        });
      const mayBeStale = hasAnswered && isRepeatable(request);
      const reply = await translating(explain, mayBeStale ? () => tryTwice(exchange, signal) : exchange);
      hasAnswered = true;
      const header = (name: string): string | undefined => reply.headers.get(name) ?? undefined;
      return { status: reply.status, header, body: readBody(reply.body, explain) };
    },
    async upgrade(request) {
      const { upgrade } = await import("#upgrade");
      return upgrade({ url: new URL(address) }, request, (error) =>
        request.signal?.aborted
          ? request.signal.reason
          : connectionFailed(address, `GET ${request.path}`, error),
      );
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** Who keeps connections may take an idle one for a request just as the other end closes it. */
async function tryTwice<T>(exchange: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await exchange();
  } catch (error) {
    if (!isConnectionLost(error) || signal?.aborted) throw error;
    return await exchange().catch(() => {
      throw error;
    });
  }
}

function describeBody(body: RawBody) {
  if (typeof body === "string") return { body };
  if (body instanceof Uint8Array) return { body: body as Uint8Array<ArrayBuffer> };
  return { body: toReadableStream(body), duplex: "half" as const };
}

/** `ReadableStream.from` is not in every browser. */
function toReadableStream(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

async function* readBody(
  body: ReadableStream<Uint8Array> | null,
  explain: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const next = await translating(explain, () => reader.read());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Ends the request when the caller stops half-way; what it rejects with was thrown above already.
    void reader.cancel().then(undefined, () => undefined);
  }
}

async function translating<T>(explain: (error: unknown) => unknown, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw explain(error);
  }
}
