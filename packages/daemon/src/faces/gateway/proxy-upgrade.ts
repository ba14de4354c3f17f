import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { explainFailure, forward } from "./call.ts";
import type { Call } from "./call.ts";
import { forwardResponseHeaders } from "./headers.ts";
import { join } from "./join.ts";
import { refuseUpgrade, writeHead } from "./refuse.ts";

/** Passes on a request for another protocol, such as a WebSocket's. `early` is what the caller has said in it already. */
export function proxyUpgrade(call: Call, socket: Duplex, early: Buffer): void {
  const { headers } = call.request;
  const asked = ["connection", "Upgrade", "upgrade", headers.upgrade ?? ""];
  const outgoing = forward(call, asked);
  outgoing.on("upgrade", (answer, stream, first) => {
    const agreed = ["connection", "Upgrade", "upgrade", answer.headers.upgrade ?? ""];
    writeHead(socket, 101, [...forwardResponseHeaders(answer, call.target), ...agreed]);
    socket.write(first);
    stream.write(early);
    join(socket, stream);
  });
  outgoing.on("response", (answer) => answerOnly(answer, call, socket));
  outgoing.on("error", (error) => {
    if (socket.writable) refuseUpgrade(socket, explainFailure(error, call));
  });
  socket.on("close", () => call.tunnel.destroy());
  outgoing.end();
}

/** The program does not want to: its answer is the last on this connection, whose end is the answer's. */
function answerOnly(answer: IncomingMessage, { target }: Call, socket: Duplex): void {
  writeHead(socket, answer.statusCode ?? 0, [
    ...forwardResponseHeaders(answer, target),
    "connection",
    "close",
  ]);
  answer.on("error", () => socket.destroy());
  answer.pipe(socket);
}
