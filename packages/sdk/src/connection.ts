import type { Duplex } from "node:stream";
import { OPERATIONS } from "./api.gen.ts";
import type { ErrorReply, Operations, ProgressEvent } from "./api.gen.ts";
import { STARTS_NO_DAEMON } from "./daemon/starts-no-daemon.ts";
import { ForkdApiError, unexpectedReply } from "./errors.ts";
import { parseNdjson } from "./ndjson.ts";
import type { CallOptions, ProgressOptions } from "./options.ts";
import { readJson, readText } from "./reply-body.ts";
import { KEY_HEADER } from "./transport/repeatable.ts";
import type { RawBody, Transport, TransportReply } from "./transport/transport.ts";
import { fromWire, toWire } from "./wire.ts";

export type OperationName = keyof Operations;
type Response<Name extends OperationName> = Operations[Name]["response"];

/** Operations that give a list in pages. */
type ListName = {
  [Name in OperationName]: (typeof OPERATIONS)[Name] extends { readonly reply: "page" } ? Name : never;
}[OperationName];
/** What is asked of a list, but for where to go on. */
export type ListQuery<Name extends ListName> = Omit<
  NonNullable<Operations[Name]["request"]["query"]>,
  "cursor"
>;

/** How many a page has unless told. */
const PAGE_SIZE = 100;

type QueryValue = string | number | boolean | undefined;

/** The parts of any request, before they are put into a URL and a body. */
interface RequestParts {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
  readonly body?: unknown;
}

interface SendOptions extends CallOptions {
  readonly accept: string;
  readonly content?: RawBody;
  /** A Range header. */
  readonly range?: string | undefined;
  /** Whether one may be started for it where none answers. Default: as is usual for the operation. */
  readonly startsDaemon?: boolean | undefined;
}

const JSON_TYPE = "application/json";
const LINES_TYPE = "application/x-ndjson";

/** Turns operations of the contract into requests, and replies into values or {@link ForkdApiError}s. */
export class Connection implements AsyncDisposable {
  readonly #openTransport: () => Promise<Transport>;
  readonly #token: string | undefined;
  #transport: Promise<Transport> | undefined;

  constructor(openTransport: () => Promise<Transport>, token: string | undefined) {
    this.#openTransport = openTransport;
    this.#token = token;
  }

  /** Sends an operation and gives its whole answer. Long operations tell their progress. */
  async call<Name extends OperationName>(
    name: Name,
    request: Operations[Name]["request"],
    { signal, onProgress, startsDaemon }: ProgressOptions & { readonly startsDaemon?: boolean } = {},
  ): Promise<Response<Name>> {
    const { reply } = OPERATIONS[name];
    const accept = reply === "progress" ? LINES_TYPE : JSON_TYPE;
    const answer = await this.#send(name, request, { accept, signal, startsDaemon });
    if (reply === "progress") return (await readResult(answer, onProgress)) as Response<Name>;
    return (reply === "empty" ? await drain(answer) : fromWire(await readJson(answer))) as Response<Name>;
  }

  /** Asks for a list page by page, each when it is wanted, until there is no other. */
  async *pages<Name extends ListName>(
    name: Name,
    { signal, ...query }: ListQuery<Name> & CallOptions,
  ): AsyncGenerator<Response<Name>, void, undefined> {
    let cursor: string | undefined;
    do {
      const request = { query: { limit: PAGE_SIZE, ...query, cursor } };
      const reply = await this.#send(name, request, { accept: JSON_TYPE, signal });
      yield fromWire(await readJson(reply)) as Response<Name>;
      cursor = reply.header("x-next-cursor");
    } while (cursor !== undefined);
  }

  /** Sends an operation whose request body is raw bytes. */
  async upload<Name extends OperationName>(
    name: Name,
    request: Operations[Name]["request"],
    content: RawBody,
    { signal }: CallOptions = {},
  ): Promise<Response<Name>> {
    return fromWire(
      await readJson(await this.#send(name, request, { accept: JSON_TYPE, signal, content })),
    ) as Response<Name>;
  }

  /** Sends an operation that answers with raw bytes; with a Range header, of a part of them where the status is 206. */
  async download<Name extends OperationName>(
    name: Name,
    request: Operations[Name]["request"],
    { signal, range }: CallOptions & { readonly range?: string | undefined } = {},
  ): Promise<TransportReply> {
    return await this.#send(name, request, { accept: "*/*", signal, range });
  }

  /** Sends an operation and gives its answer line by line, each in the shape of the wire. */
  async *lines<Name extends OperationName>(
    name: Name,
    request: Operations[Name]["request"],
    { signal }: CallOptions = {},
  ): AsyncGenerator<unknown, void, undefined> {
    const { body } = await this.#send(name, request, { accept: LINES_TYPE, signal });
    for await (const line of parseNdjson(body)) {
      throwIfError(line);
      yield line;
    }
  }

  /** A connection to a port of a guest. */
  async openTunnel(
    params: { readonly id: string; readonly port: number },
    { signal }: CallOptions = {},
  ): Promise<Duplex> {
    signal?.throwIfAborted();
    const path = renderPath("/v1/sandboxes/:id/ports/:port/tunnel", { params });
    const reply = await (await this.#connect()).upgrade({ path, headers: this.#credentials(), signal });
    if ("stream" in reply) return reply.stream;
    throw await readError(reply);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#transport)?.[Symbol.asyncDispose]();
  }

  #connect(): Promise<Transport> {
    this.#transport ??= this.#openTransport();
    return this.#transport;
  }

  #credentials(): Record<string, string> {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }

  async #send(
    name: OperationName,
    request: RequestParts,
    { accept, signal, content, range, startsDaemon = !STARTS_NO_DAEMON.has(name) }: SendOptions,
  ): Promise<TransportReply> {
    signal?.throwIfAborted();
    const transport = await this.#connect();
    const body = content ?? (request.body === undefined ? undefined : JSON.stringify(toWire(request.body)));
    const reply = await transport.send({
      method: OPERATIONS[name].method,
      path: renderPath(OPERATIONS[name].path, request),
      headers: {
        accept,
        ...(content === undefined ? {} : { "content-type": "application/octet-stream" }),
        ...(content === undefined && body !== undefined ? { "content-type": JSON_TYPE } : {}),
        ...(range === undefined ? {} : { range }),
        ...("keyed" in OPERATIONS[name] ? newKey() : {}),
        ...this.#credentials(),
      },
      body,
      signal,
      needsDaemon: startsDaemon,
    });
    if (reply.status >= 400) throw await readError(reply);
    return reply;
  }
}

/** Browsers make none for pages that came without TLS; such a request is sent once. */
function newKey(): Record<string, string> {
  const { crypto } = globalThis as { readonly crypto?: { randomUUID?(): string } };
  const key = crypto?.randomUUID?.();
  return key === undefined ? {} : { [KEY_HEADER]: key };
}

function renderPath(template: string, { params = {}, query = {} }: RequestParts): string {
  const path = template.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const fields = Object.entries(toWire(query)).filter(([, value]) => value !== undefined);
  if (fields.length === 0) return path;
  const text = fields.flatMap(([name, value]) =>
    [value].flat().map((each): [string, string] => [name, String(each)]),
  );
  return `${path}?${new URLSearchParams(text).toString()}`;
}

/** Reads an empty body to its end, so that the connection can be used again. */
async function drain({ body }: TransportReply): Promise<void> {
  await readText(body);
}

async function readResult(
  { body }: TransportReply,
  onProgress: ProgressOptions["onProgress"],
): Promise<unknown> {
  for await (const line of parseNdjson(body)) {
    throwIfError(line);
    const event = fromWire(line) as ProgressEvent;
    if (event.type === "progress") onProgress?.(event);
    else if (event.type === "result") return fromWire(event.result);
  }
  throw unexpectedReply("the daemon ended the reply before its result");
}

/** A stream that has begun cannot change its status any more: it ends with a line that has the error. */
function throwIfError(line: unknown): void {
  const event = line as { type?: unknown; status?: unknown; error?: unknown };
  if (event.type !== "error") return;
  const status = typeof event.status === "number" ? event.status : 500;
  throw new ForkdApiError(status, fromWire(event.error) as ErrorReply);
}

async function readError(reply: TransportReply): Promise<ForkdApiError> {
  const text = await readText(reply.body);
  try {
    const wire = JSON.parse(text) as Partial<ErrorReply>;
    if (typeof wire.error === "string" && typeof wire.code === "string") {
      return new ForkdApiError(reply.status, fromWire({ hint: "", ...wire }) as ErrorReply);
    }
  } catch (error) {
    return unexpectedReply(`status ${reply.status} without a JSON body`, reply.status, error);
  }
  return unexpectedReply(`status ${reply.status}: ${text.slice(0, 200)}`, reply.status);
}
