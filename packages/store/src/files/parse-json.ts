import { JsonError, parseJsonNow } from "@forkd/core";

/** The value of a small JSON text, or undefined when it is not one, which no JSON text is. For what a schema looks at next. */
export function parseJsonOrNothing(text: Buffer): unknown {
  try {
    return parseJsonNow(text);
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}
