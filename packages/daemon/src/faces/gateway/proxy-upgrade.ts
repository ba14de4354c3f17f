import type { Duplex } from "node:stream";
import { forward } from "./call.ts";
import type { Call } from "./call.ts";
import { forwardResponseHeaders } from "./headers.ts";
import { join } from "./join.ts";
import { answerWith } from "./proxy-request.ts";
import type { UpgradeResponse } from "./upgrade-response.ts";

/** Passes on a request for another protocol, such as a WebSocket's. `early` is what the caller has said in it already. */
export function proxyUpgrade(call: Call, response: UpgradeResponse, socket: Duplex, early: Buffer): void {
  const { request, target, tunnel } = call;
  const outgoing = forward(call, ["connection", "Upgrade", "upgrade", request.headers.upgrade ?? ""]);
  outgoing.on("upgrade", (answer, stream, first) => {
    const agreed = ["connection", "Upgrade", "upgrade", answer.headers.upgrade ?? ""];
    response.switchProtocols([...forwardResponseHeaders(answer, target, request), ...agreed]);
    socket.write(first);
    stream.write(early);
    join(socket, stream);
  });
  answerWith(outgoing, call, response);
  socket.on("close", () => tunnel.destroy());
  outgoing.end();
}
