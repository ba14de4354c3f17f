import { once } from "node:events";
import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { callerSignal } from "./caller-signal.ts";

test.each(["destroy", "end"] as const)("a caller by TCP that leaves by %s is gone", async (leave) => {
  const server: Server & { httpAllowHalfOpen?: boolean } = createServer().listen(0, "127.0.0.1");
  await using _closing = { [Symbol.asyncDispose]: async () => void (await once(server.close(), "close")) };
  server.httpAllowHalfOpen = true;
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const [, response] = (await once(server, "request")) as [unknown, ServerResponse];
  const signal = callerSignal(response);
  socket[leave]();
  await expect.poll(() => signal.aborted).toBe(true);
  await expect.poll(() => response.destroyed).toBe(true);
});
