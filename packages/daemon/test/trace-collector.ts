import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A span as a collector is told of it. */
export interface ToldSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Absent of a root. */
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly events?: readonly { readonly name: string }[];
}

interface Batch {
  readonly resourceSpans: readonly {
    readonly resource: Pick<ToldSpan, "attributes">;
    readonly scopeSpans: readonly { readonly spans: readonly ToldSpan[] }[];
  }[];
}

/** What an attribute is, if there is such a one. */
export function attributeOf({ attributes }: Pick<ToldSpan, "attributes">, key: string): unknown {
  return Object.values(attributes.find((each) => each.key === key)?.value ?? {})[0];
}

/** A collector of OTLP over HTTP, and what it was told. */
export async function openCollector() {
  const bodies: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    headers.push(request.headers);
    bodies.push(await text(request));
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  };
  const server = createServer((request, response) => void take(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const batches = (): Batch["resourceSpans"] =>
    bodies.flatMap((body) => (JSON.parse(body) as Batch).resourceSpans);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    headers,
    spans: () => batches().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    resources: () => batches().map(({ resource }) => resource),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A span with its parts below it, one a line, in the order in which they began. */
export function drawTree(spans: readonly ToldSpan[], root: ToldSpan): string {
  return drawLines(spans, root, "").join("\n");
}

function drawLines(spans: readonly ToldSpan[], span: ToldSpan, indent: string): string[] {
  const parts = spans.filter(({ parentSpanId }) => parentSpanId === span.spanId);
  const sorted = parts.toSorted((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)));
  return [`${indent}${span.name}`, ...sorted.flatMap((part) => drawLines(spans, part, `${indent}  `))];
}
