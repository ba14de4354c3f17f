import type { IncomingMessage, ServerResponse } from "node:http";

export const REQUEST_ID_HEADER = "x-request-id";

/** What ids are written with: UUIDs, traces, base 64. None of it means something to a log or a terminal. */
const SOUND = /^[\w.:/+=@-]{1,128}$/;

const ids = new WeakMap<IncomingMessage, string>();

/** What a request is called in its answer and in the log: as its caller calls it, where that is sound, else by a new UUID. */
export function requestIdOf(request: IncomingMessage): string {
  const known = ids.get(request) ?? readId(request) ?? crypto.randomUUID();
  ids.set(request, known);
  return known;
}

/** Has an answer that is not begun tell which request it is to. */
export function nameRequest(response: ServerResponse): void {
  response.setHeader(REQUEST_ID_HEADER, requestIdOf(response.req));
}

/** One that is sent twice is joined with a comma, and so is none. */
function readId({ headers }: IncomingMessage): string | undefined {
  const sent = String(headers[REQUEST_ID_HEADER] ?? "");
  return SOUND.test(sent) ? sent : undefined;
}
