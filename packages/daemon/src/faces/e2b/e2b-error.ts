import type { ServerResponse } from "node:http";
import type { ErrorCode, ErrorDetails, ForkdError } from "@forkd/contract";
import { errorHeaders } from "../../http/replies/error-headers.ts";

/** An error as E2B's APIs answer it. */
export interface E2bError {
  readonly code: number;
  readonly message: string;
}

/** What E2B's clients take for a sandbox that has ended or sleeps, when they ask for what is in it. */
export const SANDBOX_GONE: ReadonlySet<ErrorCode> = new Set([
  "sandbox_not_found",
  "sandbox_dead",
  "sandbox_paused",
  "sandbox_suspended",
]);

/** Statuses that E2B's clients make another error of than ours is. */
const STATUSES: Readonly<Partial<Record<ErrorCode, number>>> = {
  // They know one way in which a key is not good.
  not_permitted: 401,
};

/** The message has what to do about it, since there is no other place for that. */
export function toE2bError(error: ForkdError, status = STATUSES[error.code] ?? error.status): E2bError {
  const { code, message, hint } = error;
  // What mends that one is a page of our own API.
  return { code: status, message: code === "invalid_request" ? message : `${message}; ${hint}` };
}

export function sendE2bError(response: ServerResponse, error: E2bError, headers: object = {}): void {
  response.writeHead(error.code, { ...headers, "content-type": "application/json" });
  response.end(JSON.stringify(error));
}

/** As clients tell it from all else that a sandbox may answer. */
export function describeGone(why: string): E2bError {
  return { code: 502, message: `the sandbox was not found running: ${why}` };
}

/** An error of what is in a sandbox, with a status that E2B's clients make something of. */
export function toSandboxError(error: ForkdError): E2bError {
  const told = toE2bError(error, statusInSandbox(error));
  return SANDBOX_GONE.has(error.code) ? describeGone(told.message) : told;
}

/** Answers with an error of a sandbox's own ports, or breaks off an answer that has begun. */
export function refuseInSandbox(response: ServerResponse, error: ForkdError): void {
  if (response.headersSent) return void response.destroy();
  sendE2bError(response, toSandboxError(error), errorHeaders(error));
}

/** Undefined: as everywhere. */
function statusInSandbox({ code, status, details }: ForkdError): number | undefined {
  // In a sandbox it is taken for one that is gone, and this for what may be asked again.
  if (status === 503) return 429;
  if (code !== "guest_refused") return undefined;
  return (details as ErrorDetails<"guest_refused">).code === "no_space" ? 507 : 400;
}
