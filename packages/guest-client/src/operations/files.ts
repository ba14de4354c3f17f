import { Readable } from "node:stream";
import { ForkdError } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { z } from "zod";
import { Exchange } from "../connection/exchange.ts";
import type { ReplyHeaders } from "../connection/exchange.ts";
import { throwIfRefused } from "../connection/refusal.ts";
import { readJson } from "../connection/reply.ts";
import type { AgentSession } from "../connection/session.ts";
import { openUpload, upload } from "../connection/upload.ts";

const BODY_BUFFER_BYTES = 65_536;
const REPLY_LIMIT = { bytes: 65_536, excess: "breach" } as const;
const writtenSchema = z.object({ bytes: z.number().int().nonnegative() });

/**
 * `GET /files`: resolves once the guest has opened the file. A body that is longer or shorter than announced fails
 * with `agent_protocol`. Destroy the stream to give the file up. Throws `guest_file_not_found`, `guest_refused`.
 */
export async function readGuestFile(
  session: AgentSession,
  path: string,
  stallMs: number,
  options: CallOptions,
): Promise<Readable> {
  const request = "GET /files";
  const refusal = refuseLongPath(path, request);
  if (refusal !== undefined) throw refusal;
  await using stack = new AsyncDisposableStack();
  const exchange = stack.use(
    Exchange.open(session, {
      request,
      method: "GET",
      path: `/files?${toQuery({ path })}`,
      timeoutMs: stallMs,
      stallMs,
      signal: options.signal,
    }),
  );
  const headers = await exchange.response();
  await throwIfRefused(exchange, headers, request, ({ code }) =>
    code === "not_found" ? new ForkdError("guest_file_not_found", { path }) : undefined,
  );
  const body = createBody(exchange, readLength(exchange, headers));
  stack.move();
  return body;
}

/** The announced length; files of `/proc` and `/sys` have none. */
function readLength(exchange: Exchange, headers: ReplyHeaders): number | undefined {
  const length = headers["content-length"];
  if (length === undefined) return undefined;
  if (!/^\d{1,15}$/.test(length)) throw exchange.breach("has a content-length that is no number");
  return Number(length);
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

/** Where a file goes and how, and its content. */
export interface GuestFileWrite {
  readonly path: string;
  readonly mode: string;
  readonly user?: string | undefined;
  readonly content: Readable;
}

/** `PUT /files`: writes a file whole or not at all, and tells its bytes. Throws `guest_refused`. */
export async function writeGuestFile(
  session: AgentSession,
  { path, mode, user, content }: GuestFileWrite,
  stallMs: number,
  options: CallOptions,
): Promise<number> {
  const request = "PUT /files";
  const refusal = refuseLongPath(path, request);
  if (refusal !== undefined) {
    content.destroy();
    throw refusal;
  }
  using exchange = openUpload(
    session,
    {
      request,
      method: "PUT",
      path: `/files?${toQuery({ path, mode, ...(user === undefined ? {} : { user }) })}`,
      body: "stream",
      timeoutMs: stallMs,
      stallMs,
      signal: options.signal,
    },
    content,
  );
  const sent = await upload(exchange, content, request);
  await throwIfRefused(exchange, await exchange.response(), request);
  const { bytes } = await readJson(exchange, writtenSchema, REPLY_LIMIT);
  if (bytes !== sent) throw exchange.breach(`says it wrote ${bytes} bytes of ${sent}`);
  return bytes;
}

/** A longer path is none for the kernel, and would not fit into the agent's limit for headers. */
const MAX_PATH_BYTES = 4095;

function refuseLongPath(path: string, request: string): ForkdError | undefined {
  const bytes = Buffer.byteLength(path);
  if (bytes <= MAX_PATH_BYTES) return undefined;
  const why = `a path of ${bytes} bytes is over ${MAX_PATH_BYTES}`;
  return new ForkdError("guest_refused", { request, code: "bad_request", why });
}

/** Percent-encodes all that is not plain; `URLSearchParams` would write a space as `+`. */
function toQuery(fields: Record<string, string>): string {
  const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${encode(value)}`)
    .join("&");
}
