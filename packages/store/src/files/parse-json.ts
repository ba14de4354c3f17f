/** The value of a JSON text, or undefined when it is not one, which no JSON text is. For what a schema looks at next. */
export function parseJsonOrNothing(text: Buffer | string): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}
