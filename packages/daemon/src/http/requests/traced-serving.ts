import type { IncomingMessage } from "node:http";
import type { Watch } from "./watch-answer.ts";

/** How requests are told of as traces. */
export interface TracedServing {
  /** Serves a request whose caller is known, so that what is done for it is known as done for it. */
  serve(request: IncomingMessage, serve: () => void): void;
  /** Told of each request once it is answered. */
  readonly watch: Watch;
}
