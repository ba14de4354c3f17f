import { Code, ConnectError } from "@connectrpc/connect";
import type { ForkdError } from "@forkd/contract";
import { toSandboxError } from "./e2b-error.ts";

/** What E2B's clients make of errors of theirs, by the status that we have for it. */
const CODES: Readonly<Record<number, Code>> = {
  400: Code.InvalidArgument,
  401: Code.Unauthenticated,
  403: Code.PermissionDenied,
  404: Code.NotFound,
  408: Code.DeadlineExceeded,
  409: Code.FailedPrecondition,
  410: Code.DataLoss,
  413: Code.InvalidArgument,
  416: Code.OutOfRange,
  422: Code.InvalidArgument,
  429: Code.ResourceExhausted,
  499: Code.Canceled,
  501: Code.Unimplemented,
  502: Code.Unavailable,
  504: Code.Unavailable,
  // As E2B's own agent has it: what is exhausted is taken for a limit of the rate.
  507: Code.Internal,
};

/**
 * An error as E2B's clients are told of it by Connect. What was cancelled by the deadline of the request is told as that.
 */
export function toConnectError(
  error: unknown,
  { signal, explain }: { readonly signal: AbortSignal; readonly explain: (cause: unknown) => ForkdError },
): ConnectError {
  if (error instanceof ConnectError) return error;
  const known = explain(error);
  if (known.code === "cancelled" && signal.reason instanceof ConnectError) return signal.reason;
  const { code, message } = toSandboxError(known);
  return new ConnectError(message, CODES[code] ?? Code.Internal, undefined, undefined, known);
}
