import type { ErrorCode } from "../../api.gen.ts";
import { ForkdApiError } from "../../errors.ts";

/**
 * An error as the daemon answers with one, for a handler to throw.
 *
 * @example daemon.on("exec", () => { throw refusal(409, "sandbox_dead", "its guest panicked"); });
 */
export function refusal(status: number, code: ErrorCode, message: string): ForkdApiError {
  return new ForkdApiError(status, { error: message, code, hint: "" });
}
