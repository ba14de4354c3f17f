import { ForkdError, isForkdError } from "@forkd/contract";
import { throwIfAborted } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { errnoOf } from "@forkd/posix";
import { MinimumRate } from "./minimum-rate.ts";
import { exchange } from "./exchange.ts";

const HEADERS_TIMEOUT_MS = 60_000;
const IDLE_TIMEOUT_MS = 60_000;
const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PATCH" | "PUT";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** How long the reply's head may take; an upload's body goes before it. */
  readonly timeoutMs?: number;
}

/**
 * Sends one request and waits for the head of its reply, whatever its status. Follows redirects of GET and HEAD, never
 * from https to http; to another origin it takes no `authorization` along. Throws `registry_failed`, `cancelled`.
 */
export async function sendRequest(request: HttpRequest, options: CallOptions): Promise<Response> {
  let { url, headers = {} } = request;
  const canFollow = request.method === "GET" || request.method === "HEAD";
  for (let hops = 0; ; hops += 1) {
    const response = await sendOnce({ ...request, url, headers }, options);
    const location = response.headers.get("location");
    if (!canFollow || !REDIRECTS.has(response.status) || location === null) return response;
    await response.body?.cancel();
    if (hops === MAX_REDIRECTS) throw failed(url, `it redirected more than ${MAX_REDIRECTS} times`);
    const target = resolveLocation(url, location);
    if (target.origin !== url.origin) headers = withoutSecrets(headers);
    url = target;
  }
}

/** Where a `location` header leads. Throws `registry_failed` for one that leaves http(s), or https for http. */
export function resolveLocation(from: URL, location: string): URL {
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const isSafe = target?.protocol === "https:" || (target?.protocol === "http:" && from.protocol === "http:");
  if (target === undefined || !isSafe)
    throw failed(from, "it redirected to an address that is not safe to follow");
  if (target.username !== "" || target.password !== "")
    throw failed(from, "it redirected to an address with a password in it");
  return target;
}

/**
 * The body in chunks. Throws `registry_failed` when nothing comes for a minute, when less than 1 KiB/s comes over a
 * minute, or when it breaks off; `cancelled`.
 */
export async function* readBody(
  response: Response,
  url: URL,
  { signal }: CallOptions,
): AsyncGenerator<Buffer> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const rate = new MinimumRate();
  try {
    for (;;) {
      const askedAt = performance.now();
      const next = await withTimer(reader.read(), url, signal);
      if (next.done) return;
      const tooSlow = rate.note(next.value.length, performance.now() - askedAt);
      if (tooSlow !== undefined) throw failed(url, tooSlow);
      yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** A body of at most so many bytes. Throws `registry_failed` for a larger one. */
export async function readSmallBody(
  response: Response,
  { url, limitBytes }: { url: URL; limitBytes: number },
  options: CallOptions,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of readBody(response, url, options)) {
    received += chunk.length;
    if (received > limitBytes) throw failed(url, `it answered with more than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The status of a reply that was not expected. */
export class UnexpectedStatus extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

/** Whether the same request may succeed a moment later. */
export function isTransient(error: unknown): boolean {
  if (!isForkdError(error) || error.code !== "registry_failed") return false;
  if (!(error.cause instanceof UnexpectedStatus)) return true;
  const { status } = error.cause;
  return status >= 500 || status === 408 || status === 429;
}

/** The error for something that a server did. Of the address only the host is shown: the rest may be a secret. */
export function failed(url: URL, why: string, cause?: unknown): ForkdError {
  return new ForkdError("registry_failed", { registry: url.host, why }, { cause });
}

async function sendOnce(request: HttpRequest, { signal }: CallOptions): Promise<Response> {
  const { method, url, headers, body, timeoutMs = HEADERS_TIMEOUT_MS } = request;
  throwIfAborted(signal, `talking to ${url.host}`);
  // It would go along as authorization.
  if (url.username !== "" || url.password !== "") throw failed(url, "its address has a password in it");
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    // A body that is compressed on the way has other ranges than the one that is stored.
    const sent = { "accept-encoding": "identity", "user-agent": "forkd", ...headers };
    const stop = AbortSignal.any([signal, late.signal]);
    return await exchange({ method, url, headers: sent, body }, { signal: stop });
  } catch (error) {
    throwIfAborted(signal, `talking to ${url.host}`);
    throw failed(
      url,
      late.signal.aborted ? `it did not answer in ${timeoutMs / 1000} s` : reasonOf(error),
      error,
    );
  } finally {
    clearTimeout(timer);
  }
}

async function withTimer<Value>(work: Promise<Value>, url: URL, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(failed(url, `nothing came for ${IDLE_TIMEOUT_MS / 1000} s`)),
    IDLE_TIMEOUT_MS,
  );
  try {
    return await Promise.race([work, promise]);
  } catch (error) {
    throwIfAborted(signal, `receiving from ${url.host}`);
    throw error instanceof ForkdError ? error : failed(url, reasonOf(error), error);
  } finally {
    clearTimeout(timer);
  }
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"),
  );
}

function reasonOf(error: unknown): string {
  if (errnoOf(error) === "ECONNRESET") return "it broke the connection off";
  if (!(error instanceof Error)) return "the connection failed";
  // An attempt at several addresses has no message.
  return error.message === "" ? (errnoOf(error) ?? "the connection failed") : error.message;
}
