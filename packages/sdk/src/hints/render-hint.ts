import type { ErrorReply, HintAction, HintArguments, HintOption } from "../api.gen.ts";
import { SDK_CALLS } from "./sdk-calls.ts";
import { nameOf, writeField } from "./typescript.ts";

/**
 * What mends an error, in calls of this client, which is named `forkd` in them. A daemon that knows no parts of hints,
 * or names an operation that is newer than this client, is quoted: its words are those of the command line.
 *
 * @example
 * for (const { error } of await forkd.jobs.list()) if (error) console.log(error.error, renderHint(error));
 */
export function renderHint({ hint, hintParts }: ErrorReply): string {
  if (hintParts === undefined) return hint;
  return hintParts.every((part) => typeof part === "string" || isKnown(part.operation))
    ? hintParts.map((part) => (typeof part === "string" ? part : renderPart(part))).join("")
    : hint;
}

function isKnown(operation: string): operation is keyof HintArguments {
  return Object.hasOwn(SDK_CALLS, operation);
}

function renderPart(part: HintAction | HintOption): string {
  if (!("option" in part)) return isKnown(part.operation) ? SDK_CALLS[part.operation](part.args) : "";
  return part.value === undefined ? nameOf(part.option) : writeField(part.option, part.value);
}
