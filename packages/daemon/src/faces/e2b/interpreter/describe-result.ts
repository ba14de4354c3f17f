import type { RichResult } from "@forkd/contract";
import type { ExecutionLine } from "./execution-line.ts";

/**
 * A result as E2B's clients read it. What has no field there is in `extra` for those in Python, and beside the fields for
 * those in TypeScript.
 */
export function describeResult({ extra, truncated, json, ...content }: RichResult): ExecutionLine {
  const others = truncated ? { ...extra, truncated: "true" } : extra;
  return {
    ...others,
    ...content,
    ...(isTold(json, content) && { json }),
    ...(Object.keys(others).length > 0 && { extra: others }),
    type: "result",
  };
}

/** In E2B a number or a string is its text alone. */
function isTold(json: unknown, { text }: Pick<RichResult, "text">): boolean {
  return json !== undefined && (text === undefined || (typeof json === "object" && json !== null));
}
