import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { explainFailure, forward } from "./call.ts";
import type { Call } from "./call.ts";
import { forwardResponseHeaders } from "./headers.ts";
import { refuse } from "./refuse.ts";

/** Passes a request on to a port, and its answer back, each as it comes. Either end that leaves takes the other along. */
export function proxyRequest(call: Call, response: ServerResponse): void {
  const { request } = call;
  const outgoing = forward(call, ["connection", "close"]);
  answerWith(outgoing, call, response);
  outgoing.on("upgrade", () => {
    refuse(response, explainFailure(new Error("it took another protocol unasked"), call));
    outgoing.destroy();
  });
  outgoing.on("close", () => {
    call.tunnel.destroy();
    // What the program did not wait for is in front of the caller's next request.
    request.unpipe(outgoing);
    request.resume();
  });
  request.pipe(outgoing);
}

/** Answers with what the program does. */
export function answerWith(outgoing: ClientRequest, call: Call, response: ServerResponse): void {
  let answer: IncomingMessage | undefined;
  outgoing.on("response", (given) => {
    answer = given;
    try {
      passOn(given, call, response);
    } catch (error) {
      outgoing.destroy();
      refuse(response, explainFailure(error, call));
    }
  });
  // A program that has answered may well break off what it did not read.
  outgoing.on("error", (error) => {
    if (answer?.complete !== true) refuse(response, explainFailure(error, call));
  });
  response.on("close", () => outgoing.destroy());
}

function passOn(answer: IncomingMessage, { target, request }: Call, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 0, forwardResponseHeaders(answer, target, request));
  // Events of a stream may be long in coming, and its reader waits for the head.
  response.flushHeaders();
  pipeline(answer, response, () => {});
}
