import { renderShellCommand } from "@forkd/contract/hints";
import type { HintAction, HintOption, WireError } from "@forkd/sdk";
import { renderCall } from "./tool-calls.ts";

type Part = string | HintAction | HintOption;

/** What mends an error, in calls of the tools; what none of them does, in commands of the host. */
export function renderHint({ hint, hint_parts: parts }: Pick<WireError, "hint" | "hint_parts">): string {
  return parts === undefined ? hint : parts.map(renderPart).join("");
}

function renderPart(part: Part): string {
  if (typeof part === "string") return part;
  if ("option" in part) return renderOption(part);
  return (
    renderCall(part) ?? `on the host, ${renderShellCommand(part as Parameters<typeof renderShellCommand>[0])}`
  );
}

function renderOption({ option, value }: HintOption): string {
  return value === undefined || value === null ? option : `${option}: ${JSON.stringify(value)}`;
}
