import { isForkdApiError } from "@forkd/sdk";
import type { WireError } from "@forkd/sdk";
import { isCliError } from "../cli-error.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import { printNote } from "./print.ts";
import { styleFor } from "./style.ts";
import { toSafeText } from "./text.ts";

interface Failure {
  readonly exitCode: number;
  readonly wire: WireError;
}

interface FailureView {
  readonly json: boolean;
  /** The command that shows the help of what was run. */
  readonly help: string;
  /** Where an argument belongs that stands where another should. */
  readonly misplaced?: string | undefined;
  /** The options of what was run: fields of a request are called by theirs. */
  readonly flags?: readonly string[];
}

/** Tells what failed, why and what to try, or the wire error for programs; gives the exit status. */
export function reportFailure(error: unknown, { json, help, misplaced, flags = [] }: FailureView): number {
  const { wire, exitCode } = describeFailure(error);
  if (json) {
    printNote(JSON.stringify(wire));
    return exitCode;
  }
  const style = styleFor(process.stderr);
  printNote(`${style(["red", "bold"], "error:")} ${toSafeText(describeMessage(wire, flags))}`);
  if (exitCode !== EXIT.usage) printNote(style("dim", `  why: ${describeReason(error, wire)}`));
  // The routes' fields are no help on the command line.
  const isAboutId = misplaced !== undefined && (wire.code === "sandbox_not_found" || hasIssueOf("id", wire));
  const hint = isAboutId ? misplaced : wire.code === "invalid_request" ? help : wire.hint;
  if (hint !== "") printNote(`  ${style("cyan", "try:")} ${toSafeText(hint)}`);
  return exitCode;
}

function hasIssueOf(field: string, { details }: Failure["wire"]): boolean {
  const { issues } = (details ?? {}) as { issues?: { path: string }[] };
  return Array.isArray(issues) && issues.some(({ path }) => path === field);
}

/** An invalid request in the words of the command line: the fields are its options. */
function describeMessage({ error, code, details }: Failure["wire"], flags: readonly string[]): string {
  const { issues } = (details ?? {}) as { issues?: { path: string; message: string }[] };
  if (code !== "invalid_request" || !Array.isArray(issues)) return error;
  return issues.map(({ path, message }) => `${nameField(path, flags)} ${message}`.trim()).join("; ");
}

/** `recipe.packages.0` is what `--package` gave. */
function nameField(path: string, flags: readonly string[]): string {
  const field = path.split(".").findLast((step) => !/^\d+$/.test(step)) ?? "";
  const name = field.replace(/^snapshot_tag$/, "tag").replaceAll("_", "-");
  const short = name.replace(/(?:s|-secs)$/, "");
  return [`--${name}`, `-${name}`, `--${short}`].find((flag) => flags.includes(flag)) ?? path;
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
