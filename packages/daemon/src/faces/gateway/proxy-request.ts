import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { explainFailure, forward } from "./call.ts";
import type { Call } from "./call.ts";
import { forwardResponseHeaders } from "./headers.ts";
import { refuse } from "./refuse.ts";

/** Passes a request on to a port, and its answer back, each as it comes. Either end that leaves takes the other along. */
export function proxyRequest(call: Call, response: ServerResponse): void {
  const outgoing = forward(call, ["connection", "close"]);
  outgoing.on("response", (answer) => {
    try {
      passOn(answer, call, response);
    } catch (error) {
      outgoing.destroy();
      refuse(response, explainFailure(error, call));
    }
  });
  outgoing.on("upgrade", () => {
    refuse(response, explainFailure(new Error("it took another protocol unasked"), call));
    outgoing.destroy();
  });
  outgoing.on("close", () => call.tunnel.destroy());
  outgoing.on("error", (error) => refuse(response, explainFailure(error, call)));
  response.on("close", () => outgoing.destroy());
  call.request.pipe(outgoing);
}

function passOn(answer: IncomingMessage, { target }: Call, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 0, forwardResponseHeaders(answer, target));
  // Events of a stream may be long in coming, and its reader waits for the head.
  response.flushHeaders();
  pipeline(answer, response, () => {});
}
