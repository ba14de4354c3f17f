import type { IncomingMessage } from "node:http";
import type { ErrorCode } from "@forkd/contract";

/** What serving a request has shown of it, for whoever counts requests. */
export interface RequestNotes {
  /** What was asked for, of few: a route as it is declared, or a kind of port. Undefined: there is no such route. */
  route?: string | undefined;
  /** Why it failed, also if its answer had begun before that. */
  code?: ErrorCode | undefined;
}

const notes = new WeakMap<IncomingMessage, RequestNotes>();

export function noteRequest(request: IncomingMessage, news: RequestNotes): void {
  notes.set(request, { ...notes.get(request), ...news });
}

export function notesOf(request: IncomingMessage): RequestNotes {
  return notes.get(request) ?? {};
}
