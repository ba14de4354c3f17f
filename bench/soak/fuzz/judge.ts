import { ERRORS } from "@forkd/contract";
import type { ErrorCode } from "@forkd/contract";
import type { Answer } from "./send.ts";

/** Why an answer is not one that the API may give; undefined when it is. */
export function findFault({ status, body }: Answer): string | undefined {
  if (status === undefined) return "no answer";
  if (status < 200) return `status ${status}`;
  if (status < 400)
    return body.includes('"status":500,') ? `500 in a stream: ${body.slice(-500)}` : undefined;
  // The answer to a HEAD, or a stream that went on for longer than is kept.
  if (body === "") return `status ${status} without a body`;
  const error = parse(body);
  if (error === undefined) return `status ${status} with what is no error of ours: ${body.slice(0, 200)}`;
  if (ERRORS[error.code].status !== status) return `status ${status} for ${error.code}`;
  return status === 500 ? `500 ${error.code}: ${error.error}` : undefined;
}

interface ToldError {
  readonly error: string;
  readonly code: ErrorCode;
}

function parse(body: string): ToldError | undefined {
  try {
    const { error, code, hint, request_id: id } = JSON.parse(body) as Record<string, unknown>;
    const isTold = [error, code, hint, id].every((part) => typeof part === "string" && part !== "");
    return isTold && String(code) in ERRORS ? ({ error, code } as ToldError) : undefined;
  } catch {
    return undefined;
  }
}
