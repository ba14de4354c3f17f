import type { Duplex } from "node:stream";
import { OPERATIONS } from "../../api.gen.ts";
import { isForkdApiError } from "../../errors.ts";
import { readBytes } from "../../reply-body.ts";
import type { RawBody, Transport, TransportReply, TransportRequest } from "../../transport/transport.ts";
import { fromWire, toSurfaceName, toWire } from "../../wire.ts";
import type { FakeRequest } from "./fake-operation.ts";
import { matchOperation } from "./match-operation.ts";
import { encodeEval, encodeExec } from "./stream-events.ts";

/** Who answers. */
export interface FakeSide {
  answer(request: Omit<FakeRequest, "sandbox">): Promise<unknown>;
  connect(id: string, port: number): Duplex;
}

const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** Carries requests no further than this process, as the wire has them. */
export function createFakeTransport(side: FakeSide): Transport {
  return {
    address: "a fake daemon",
    async send(request) {
      request.signal?.throwIfAborted();
      return await refusing(async () => {
        const read = await readRequest(request);
        const answer = await side.answer(read);
        request.signal?.throwIfAborted();
        return render(answer, read, request);
      });
    },
    async upgrade({ path, signal }) {
      signal?.throwIfAborted();
      const [, id = "", port = ""] = /^\/v1\/sandboxes\/([^/]+)\/ports\/(\d+)\/tunnel$/.exec(path) ?? [];
      return await refusing(async () => ({ stream: side.connect(decodeURIComponent(id), Number(port)) }));
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function refusing<Result>(work: () => Promise<Result>): Promise<Result | TransportReply> {
  try {
    return await work();
  } catch (error) {
    if (!isForkdApiError(error)) throw error;
    return reply(error.status, JSON.stringify(error.toWire()));
  }
}

async function readRequest(request: TransportRequest): Promise<Omit<FakeRequest, "sandbox">> {
  const { name, params } = matchOperation(request);
  const query = new URLSearchParams(request.path.split("?")[1] ?? "");
  const content = await readBytes(chunksOf(request.body), MAX_BODY_BYTES);
  const isJson = request.headers["content-type"] === "application/json";
  return {
    operation: name,
    params,
    query: Object.fromEntries([...query].map(([key, value]) => [toSurfaceName(key), value])),
    queries: Object.fromEntries([...query.keys()].map((key) => [toSurfaceName(key), query.getAll(key)])),
    body: (isJson ? fromWire(JSON.parse(new TextDecoder().decode(content))) : undefined) as undefined,
    content,
  };
}

async function* chunksOf(body: RawBody | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  if (typeof body === "string") yield new TextEncoder().encode(body);
  else if (body instanceof Uint8Array) yield body;
  else if (body !== undefined) yield* body;
}

/** The answer as the operation has it on the wire. */
function render(
  answer: unknown,
  { operation }: Pick<FakeRequest, "operation">,
  { headers }: TransportRequest,
): TransportReply {
  const kind = OPERATIONS[operation].reply;
  const isStream = headers["accept"] === "application/x-ndjson";
  if (kind === "empty") return reply(204, "");
  if (kind === "bytes" || kind === "text") return cutRange(toBytes(answer), headers["range"]);
  if (kind === "lines") return reply(200, ...lines(answer as readonly unknown[]));
  if (kind === "progress") return reply(200, ...lines([{ type: "result", result: toWire(answer) }]));
  if (kind === "exec" && isStream) return reply(200, ...lines(encodeExec(answer)));
  if (kind === "eval" && isStream) return reply(200, ...lines(encodeEval(answer)));
  return reply(200, JSON.stringify(toWire(answer)));
}

function lines(values: readonly unknown[]): string[] {
  return values.map((value) => `${JSON.stringify(toWire(value))}\n`);
}

const toBytes = (answer: unknown): Uint8Array =>
  typeof answer === "string" ? new TextEncoder().encode(answer) : (answer as Uint8Array);

/** A part of a file, by the header that the SDK writes. */
function cutRange(content: Uint8Array, range: string | undefined): TransportReply {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (range === undefined) return reply(200, content);
  if (first === "") return reply(206, content.subarray(Math.max(0, content.length - Number(last))));
  return reply(206, content.subarray(Number(first), last === "" ? undefined : Number(last) + 1));
}

function reply(status: number, ...parts: readonly (string | Uint8Array)[]): TransportReply {
  async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
    for (const part of parts) yield toBytes(part);
  }
  return { status, header: () => undefined, body: body() };
}
