import { isForkdApiError } from "@forkd/sdk";
import { isCliError } from "../cli-error.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import { printNote } from "./print.ts";
import { styleFor } from "./style.ts";
import { toSafeText } from "./text.ts";

interface Failure {
  readonly exitCode: number;
  readonly wire: { error: string; code: string; hint: string; details?: unknown; request_id?: string };
}

interface FailureView {
  readonly json: boolean;
  /** The command that shows the help of what was run. */
  readonly help: string;
}

/** Tells what failed, why and what to try, or the wire error for programs; gives the exit status. */
export function reportFailure(error: unknown, { json, help }: FailureView): number {
  const { wire, exitCode } = describeFailure(error);
  if (json) {
    printNote(JSON.stringify(wire));
    return exitCode;
  }
  const style = styleFor(process.stderr);
  printNote(`${style(["red", "bold"], "error:")} ${toSafeText(wire.error)}`);
  if (exitCode !== EXIT.usage) printNote(style("dim", `  why: ${describeReason(error, wire)}`));
  // The routes' fields are no help on the command line.
  const hint = wire.code === "invalid_request" ? help : wire.hint;
  if (hint !== "") printNote(`  ${style("cyan", "try:")} ${toSafeText(hint)}`);
  return exitCode;
}

function describeFailure(error: unknown): Failure {
  if (isForkdApiError(error)) return { wire: error.toWire(), exitCode: exitCodeOf(error) };
  if (isCliError(error)) {
    const { message, code, hint, exitCode } = error;
    return { wire: { error: message, code, hint }, exitCode };
  }
  const message = error instanceof Error ? error.message : String(error);
  const hint = "this looks like a defect of the forkd command line; please report it";
  return { wire: { error: message, code: "internal", hint }, exitCode: EXIT.failure };
}

/** The code, what lies under it, and for defects the id that the daemon's log has. */
function describeReason(error: unknown, { code, request_id: requestId }: Failure["wire"]): string {
  const { cause, status } = error as { cause?: unknown; status?: number };
  const because = isCliError(error) && cause instanceof Error ? `: ${toSafeText(cause.message)}` : "";
  const isDefect = status !== undefined && status >= 500 && requestId !== undefined;
  return `${code}${because}${isDefect ? ` (request ${requestId})` : ""}`;
}
