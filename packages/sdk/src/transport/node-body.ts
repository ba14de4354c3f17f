import type { IncomingMessage } from "node:http";

/** The body of a reply as it comes. Throws what `explain` makes of a loss. */
export async function* readBody(
  response: IncomingMessage,
  explain: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of response) yield chunk as Uint8Array;
  } catch (error) {
    throw explain(error);
  }
}
