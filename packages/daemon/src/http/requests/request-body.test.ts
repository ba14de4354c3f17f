import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { expect, test } from "vitest";
import { openRequestBody } from "./request-body.ts";

/** Sends half of a body, and gives what the server has of it. */
async function receiveHalf() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const caller = connect((server.address() as AddressInfo).port, "127.0.0.1");
  caller.write("POST / HTTP/1.1\r\nHost: forkd\r\nContent-Length: 10\r\n\r\nhalf ");
  const [request] = (await once(server, "request")) as [IncomingMessage];
  return {
    body: openRequestBody(request),
    leave: () => caller.destroy(),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function readAll(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test("a body whose caller goes away fails for whoever reads it", async () => {
  await using half = await receiveHalf();
  const read = readAll(half.body);
  half.leave();
  await expect(read).rejects.toThrow("the caller went away");
});

test("a body whose caller goes away while nobody reads it ends, and the process goes on", async () => {
  await using half = await receiveHalf();
  const closed = new Promise((resolve) => half.body.on("close", resolve));
  half.leave();
  await closed;
  expect(half.body.errored?.message).toContain("the caller went away");
});
