import type { IncomingMessage, ServerResponse } from "node:http";
import type { ErrorCode } from "@forkd/contract";
import { notesOf } from "./request-notes.ts";

/** A request that has its answer, or whose caller has left. */
export interface AnsweredRequest {
  readonly request: IncomingMessage;
  /** An address, or `unix`; the connection may be gone. */
  readonly from: string;
  readonly method: string;
  /** Undefined: there is no such route. */
  readonly route: string | undefined;
  readonly status: number;
  /** From its head until the end of its answer. */
  readonly seconds: number;
  readonly code: ErrorCode | undefined;
}

export type Watch = (request: AnsweredRequest) => void;

/** As the catalogue has it for a caller who leaves. */
const LEFT = 499;

/** Tells of a request that has just come once it is answered, whoever answers it. */
export function watchAnswer(response: ServerResponse, watch: Watch): void {
  const startedAt = performance.now();
  const from = response.req.socket.remoteAddress ?? "unix";
  const tell = (): void => {
    response.off("finish", tell).off("close", tell);
    const { req: request, writableFinished, statusCode } = response;
    const { route, code } = notesOf(request);
    watch({
      request,
      from,
      method: request.method ?? "",
      route,
      code,
      status: writableFinished ? statusCode : LEFT,
      seconds: (performance.now() - startedAt) / 1000,
    });
  };
  // One to a request for another protocol finishes and never closes.
  response.on("finish", tell).on("close", tell);
}
