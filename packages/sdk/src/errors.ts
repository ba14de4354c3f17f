import type { ErrorCode, ErrorReply } from "./api.gen.ts";
import { renderHint } from "./hints/render-hint.ts";

const BRAND = Symbol.for("forkd.api-error");

/** Codes that the client itself gives: nobody answered, or not as the API says. */
export type ClientErrorCode =
  "daemon_unreachable" | "daemon_lost" | "daemon_start_failed" | "unexpected_reply";

/** Every code that this version knows; a newer daemon may send another string. */
export type ApiErrorCode = ErrorCode | ClientErrorCode | (string & {});

/** An error as the wire writes it. */
export interface WireError {
  readonly error: string;
  readonly code: string;
  readonly hint: string;
  readonly hint_parts?: NonNullable<ErrorReply["hintParts"]>;
  readonly details?: unknown;
  readonly request_id?: string;
}

/**
 * The one error of the SDK. `code` says what happened (see `docs/reference/errors.md`), `message` on which object,
 * `hint` what mends it, in calls of this client. Aborted calls reject with their signal's reason instead.
 *
 * @example
 * try { await forkd.snapshots.get("x"); }
 * catch (error) { if (isForkdApiError(error) && error.code === "snapshot_not_found") … }
 */
export class ForkdApiError extends Error {
  override readonly name = "ForkdApiError";
  readonly code: ApiErrorCode;
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** What mends it, in calls of this client: `remove it: forkd.snapshots.remove("py")`. */
  readonly hint: string;
  /** The facts of the sentence, one shape per code. */
  readonly details: unknown;
  /** Finds the request in the daemon's log. */
  readonly requestId: string | undefined;
  readonly [BRAND] = true;
  readonly #reply: ErrorReply;

  constructor(status: number, reply: ErrorReply, options?: { cause?: unknown }) {
    super(reply.error, options);
    this.status = status;
    this.code = reply.code;
    this.hint = renderHint(reply);
    this.details = reply.details;
    this.requestId = reply.requestId;
    this.#reply = reply;
  }

  /** The error as the wire writes it: its `hint` is in the words of the command line. */
  toWire(): WireError {
    const { error, code, hint, hintParts, details, requestId } = this.#reply;
    return {
      error,
      code,
      hint,
      ...(hintParts === undefined ? {} : { hint_parts: hintParts }),
      ...(details === undefined ? {} : { details }),
      ...(requestId === undefined ? {} : { request_id: requestId }),
    };
  }
}

/** Whether `value` is a {@link ForkdApiError}, also one from another copy of this package. */
export function isForkdApiError(value: unknown): value is ForkdApiError {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** What a connection that was there says when its other end is gone; `UND_ERR_SOCKET` is fetch's word for it. */
const LOST = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/** The error for a request that failed below HTTP: no daemon was there, or it went in the middle of it. */
export function connectionFailed(address: string, request: string, cause: unknown): ForkdApiError {
  return isConnectionLost(cause) ? daemonLost(address, request, cause) : daemonUnreachable(address, cause);
}

/** Whether a connection that was there broke. */
export function isConnectionLost(error: unknown): boolean {
  return codesOf(error).some((code) => LOST.has(code));
}

function daemonLost(address: string, request: string, cause: unknown): ForkdApiError {
  const error = `the forkd daemon at ${address} ended in the middle of ${request}: ${describeCause(cause)}`;
  const socketPath = /^unix:(.*)$/.exec(address)?.[1];
  const log =
    socketPath === undefined
      ? ""
      : `: ${socketPath.replace(/[^/]*$/, "daemon.log")} where it was started on demand`;
  const hint = `its log ends with why${log}; the next daemon undoes what was half-done`;
  return new ForkdApiError(0, { error, code: "daemon_lost", hint }, { cause });
}

/** The codes of an error and of all that lie under it. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { code } = error as { code?: unknown };
  return [...(typeof code === "string" ? [code] : []), ...codesOf(error.cause)];
}

/** The error for a daemon that does not answer at `address`. */
function daemonUnreachable(address: string, cause: unknown): ForkdApiError {
  const why = describeCause(cause);
  const hint = address.startsWith("unix:")
    ? "start one: forkd serve"
    : "check FORKD_URL, and that a daemon serves there: forkd serve";
  const error = `no forkd daemon answers at ${address}${why === "" ? "" : `: ${why}`}`;
  return new ForkdApiError(0, { error, code: "daemon_unreachable", hint }, { cause });
}

/** `sun_path` has 108 bytes with the NUL, unix(7). */
const MAX_SOCKET_PATH_BYTES = 107;

/** Throws `daemon_unreachable` for a path that no unix socket can have; connect(2) only says EINVAL. */
export function assertSocketPath(socketPath: string): void {
  const bytes = new TextEncoder().encode(socketPath).length;
  if (bytes <= MAX_SOCKET_PATH_BYTES) return;
  const limit = `has ${bytes} bytes, and a unix socket's has at most ${MAX_SOCKET_PATH_BYTES}`;
  const error = `no forkd daemon can answer at ${socketPath}: the path ${limit}`;
  const hint = "set FORKD_SOCKET, or FORKD_URL, to a shorter path";
  throw new ForkdApiError(0, { error, code: "daemon_unreachable", hint });
}

/** The error for an answer that is not what the API says. */
export function unexpectedReply(what: string, status = 0, cause?: unknown): ForkdApiError {
  const question = "is this address a forkd daemon's, of the same version? see ";
  const hint = `${question}forkd version`;
  const hintParts = [question, { operation: "version", args: {} }];
  return new ForkdApiError(status, { error: what, code: "unexpected_reply", hint, hintParts }, { cause });
}

/** `fetch failed` says nothing: the reason is in the cause. */
function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  if (error.cause !== undefined && code === undefined) return describeCause(error.cause);
  return error.message || (typeof code === "string" ? code : error.name);
}
