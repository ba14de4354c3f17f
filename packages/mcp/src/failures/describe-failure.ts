import type { CallToolResult } from "@modelcontextprotocol/server";
import { isForkdApiError } from "@forkd/sdk";
import type { WireError } from "@forkd/sdk";
import { renderHint } from "./render-hint.ts";

/** Where a result has its error for programs: what REST answers, with the hint in calls of the tools. */
export const ERROR_META = "forkd/error";

/** How much of a sentence is told: some hold what a guest has said. */
const MAX_CHARACTERS = 8192;

/** An error as the result of a tool, for the model to read: its code, the sentence, and what mends it. */
export function describeFailure(error: unknown): CallToolResult {
  const wire = toWireError(error);
  const hint = wire.hint === "" ? "" : `\nhint: ${wire.hint}`;
  const text = `error ${wire.code}: ${wire.error}`.slice(0, MAX_CHARACTERS) + hint.slice(0, MAX_CHARACTERS);
  return { isError: true, content: [{ type: "text", text }], _meta: { [ERROR_META]: wire } };
}

function toWireError(error: unknown): Omit<WireError, "hint_parts"> {
  if (isForkdApiError(error)) {
    const { hint_parts: _parts, ...wire } = error.toWire();
    return { ...wire, hint: renderHint(error.toWire()) };
  }
  if (error instanceof ToolError) return { error: error.message, code: error.code, hint: error.hint };
  if (error instanceof DOMException && error.name === "TimeoutError")
    return { error: "it took longer than timeout_secs", code: "timed_out", hint: "raise timeout_secs" };
  const message = error instanceof Error ? error.message : String(error);
  return { error: message, code: "internal", hint: "" };
}

/** An error of the server itself. */
export class ToolError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
