import type { Hint } from "../hints/hint.ts";

/** One entry of the catalogue. `Details` are the facts that the sentence is made of; they travel with it. */
export interface ErrorDefinition<Details> {
  /** The HTTP status. */
  readonly status: number;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** What failed, on which object, with which numbers. */
  readonly message: (details: Details) => string;
  /** What mends it: something to call, an option, or where to look. */
  readonly hint: (details: Details) => Hint;
}

/** Names the type of an entry's details while its other types are inferred. */
export function defineError<Details>(definition: ErrorDefinition<Details>): ErrorDefinition<Details> {
  return definition;
}

/** The last lines of a machine's console, for a message; empty when there are none. */
export function consoleExcerpt(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `; its console ended with:\n  ${lines.join("\n  ")}`;
}
