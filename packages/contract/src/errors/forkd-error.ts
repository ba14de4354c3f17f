import { ERRORS } from "./catalogue.ts";
import type { ErrorCode, ErrorDetails } from "./catalogue.ts";
import type { Hint, HintPart } from "../hints/hint.ts";
import { renderShellHint } from "../hints/render-shell.ts";
import { isDiskFull } from "./disk-full.ts";
import { rootCauseOf } from "./root-cause.ts";
import { reasonOf } from "./reason-of.ts";

const BRAND = Symbol.for("forkd.error");

/** What a failed request answers: the message is in `error`, as in the reference system. */
export interface WireError {
  error: string;
  code: string;
  /** In the words of the command line. */
  hint: string;
  /** The same for clients that say it in words of their own; only where that makes a difference. */
  hint_parts?: HintPart[];
  details?: unknown;
  request_id?: string;
}

/**
 * The one error of forkd. Its code is in the catalogue, which gives the HTTP status, the sentence and the hint.
 *
 * @example throw new ForkdError("snapshot_not_found", { tag: "py-numpy" });
 */
export class ForkdError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = "ForkdError";
  readonly code: Code;
  readonly details: ErrorDetails<Code>;
  readonly [BRAND] = true;

  constructor(code: Code, details: ErrorDetails<Code>, options?: { cause?: unknown }) {
    super(ERRORS[code].message(details as never), options);
    this.code = code;
    this.details = details;
  }

  /** What mends it, in the words of the command line. */
  get hint(): string {
    return renderShellHint(this.#hint);
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }

  toWire(requestId?: string): WireError {
    const { message: error, code, hint, details } = this;
    const parts = this.#hint;
    return {
      error,
      code,
      hint,
      ...(typeof parts === "string" ? {} : { hint_parts: parts }),
      details,
      ...(requestId === undefined ? {} : { request_id: requestId }),
    };
  }

  get #hint(): Hint {
    return ERRORS[this.code].hint(this.details as never);
  }
}

/** Whether `value` is a {@link ForkdError}, also one from another copy of this package. */
export function isForkdError(value: unknown): value is ForkdError {
  return typeof value === "object" && value !== null && BRAND in value;
}

/**
 * `value` when it is a {@link ForkdError}; `disk_full` for its errno; else an `internal` error. Where undoing failed as
 * well, the error is that of what failed first. The cause is kept.
 */
export function toForkdError(value: unknown): ForkdError {
  if (isForkdError(value)) return value;
  const first = rootCauseOf(value);
  if (isForkdError(first)) return new ForkdError(first.code, first.details, { cause: value });
  if (isDiskFull(first)) {
    const { path = "the data directory", syscall = "a file" } = first;
    return new ForkdError("disk_full", { path, doing: syscall }, { cause: value });
  }
  return new ForkdError("internal", { reason: reasonOf(first) }, { cause: value });
}
