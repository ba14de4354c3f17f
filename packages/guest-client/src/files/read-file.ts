import { Readable } from "node:stream";
import { ForkdError } from "@forkd/contract";
import type { CallOptions, FileRange, GuestFileContent } from "@forkd/core";
import { Exchange } from "../connection/exchange.ts";
import type { ReplyHeaders } from "../connection/exchange.ts";
import { throwIfRefused } from "../connection/refusal.ts";
import type { Explain } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import { requireShortPath, toQuery } from "./file-request.ts";

const BODY_BUFFER_BYTES = 65_536;
const REQUEST = "GET /files";

/**
 * `GET /files`: resolves once the guest has opened the file. A body that is longer or shorter than announced fails
 * with `agent_protocol`. Destroy the stream to give the file up. Throws `guest_file_not_found`, `guest_refused`, and with a
 * range `range_not_satisfiable`, `agent_outdated`.
 */
export async function readGuestFile(
  session: AgentSession,
  { path, range }: { readonly path: string; readonly range?: FileRange | undefined },
  stallMs: number,
  options: CallOptions,
): Promise<GuestFileContent> {
  requireShortPath(path, REQUEST);
  await using stack = new AsyncDisposableStack();
  const exchange = stack.use(
    Exchange.open(session, {
      request: REQUEST,
      method: "GET",
      path: `/files?${toQuery({ path, ...range })}`,
      timeoutMs: stallMs,
      stallMs,
      signal: options.signal,
    }),
  );
  const headers = await exchange.response();
  await throwIfRefused(exchange, headers, REQUEST, explainRead(path));
  const bytes = readCount(exchange, headers, "content-length");
  const span = readSpan(exchange, headers, bytes, range);
  const body = createBody(exchange, bytes);
  stack.move();
  return Object.assign(body, { span });
}

const explainRead =
  (path: string): Explain =>
  ({ code, message: why }) => {
    if (code === "bad_range") return new ForkdError("range_not_satisfiable", { path, why });
    return code === "not_found" ? new ForkdError("guest_file_not_found", { path }) : undefined;
  };

/** A number that a header announces; files of `/proc` and `/sys` have none. */
function readCount(exchange: Exchange, headers: ReplyHeaders, name: string): number | undefined {
  const count = headers[name];
  if (count === undefined) return undefined;
  if (typeof count !== "string" || !/^\d{1,15}$/.test(count))
    throw exchange.breach(`has a ${name} that is no number`);
  return Number(count);
}

function readSpan(
  exchange: Exchange,
  headers: ReplyHeaders,
  bytes: number | undefined,
  range: FileRange | undefined,
): GuestFileContent["span"] {
  const offset = readCount(exchange, headers, "x-forkd-offset");
  const sizeBytes = readCount(exchange, headers, "x-forkd-size") ?? (range === undefined ? bytes : undefined);
  if (offset === undefined && range !== undefined)
    throw new ForkdError("agent_outdated", { what: "read a part of a file" });
  if (bytes === undefined || sizeBytes === undefined) return undefined;
  const span = { offset: offset ?? 0, bytes, sizeBytes };
  if (!isSpanOf(span, range)) throw exchange.breach("was answered with another part than was asked for");
  return span;
}

function isSpanOf(
  { offset, bytes, sizeBytes }: NonNullable<GuestFileContent["span"]>,
  range: FileRange | undefined,
): boolean {
  const most = sizeBytes - offset;
  if (range === undefined) return offset === 0 && bytes === sizeBytes;
  if ("tail" in range) return bytes === Math.min(range.tail, sizeBytes) && bytes === most;
  return offset === range.offset && bytes === Math.min(range.length ?? most, most);
}

function createBody(exchange: Exchange, sizeBytes: number | undefined): Readable {
  let missing = sizeBytes;
  const pull = async (body: Readable): Promise<void> => {
    const chunk = await exchange.next();
    if (missing !== undefined) {
      missing -= chunk?.length ?? 0;
      const isWrong = missing < 0 || (chunk === null && missing > 0);
      if (isWrong) throw exchange.breach("was answered with another length than was announced");
    }
    body.push(chunk);
  };
  return new Readable({
    highWaterMark: BODY_BUFFER_BYTES,
    read() {
      pull(this).catch((error: Error) => this.destroy(error));
    },
    destroy(error, done) {
      exchange[Symbol.dispose]();
      done(error);
    },
  });
}
