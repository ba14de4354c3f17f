import type { IncomingMessage } from "node:http";
import type { TransportReply } from "./transport.ts";

/** A reply as Node gives it. A loss in the middle of its body throws what `explain` makes of it. */
export function toReply(response: IncomingMessage, explain: (error: unknown) => unknown): TransportReply {
  const header = (name: string): string | undefined => [response.headers[name]].flat()[0];
  return { status: response.statusCode ?? 0, header, body: readBody(response, explain) };
}

async function* readBody(
  response: IncomingMessage,
  explain: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of response) yield chunk as Uint8Array;
  } catch (error) {
    throw explain(error);
  }
}
