import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { HOST, OK, answering, say, serve } from "../../../test/gateway-fixture.ts";
import type { Served } from "../../../test/gateway-fixture.ts";

const NO = "HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nno";
const UPGRADE = `GET /x HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;

test.each([
  ["Content-Length: 5\r\n\r\nhello", /content-length: 5\r\n.*\r\n\r\nhello$/is],
  ["Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", /\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/],
])("a request with a body that would like HTTP/2 is passed on whole, as HTTP/1.1", async (rest, whole) => {
  let heard = "";
  await using served = await serve((socket) => {
    socket.on("data", (data) => {
      heard += data.toString("latin1");
      if (whole.test(heard)) socket.end(OK);
    });
  });
  const head = `POST /x HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n`;
  expect(await say(served, head + rest)).toMatch(/^HTTP\/1\.1 200 /);
  expect(heard).not.toMatch(/h2c/);
});

test("an answer to an upgrade that breaks off is not taken for a whole one, and no other follows in it", async () => {
  await using served = await serve((socket) => {
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
      setTimeout(() => socket.resetAndDestroy(), 100);
    });
  });
  const answer = await say(served, UPGRADE);
  expect(answer).toMatch(/transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n$/is);
});

test("a refused upgrade is answered by the program itself", async () => {
  await using served = await serve(answering(NO));
  expect(await say(served, UPGRADE)).toMatch(/^HTTP\/1\.1 403 .*\r\n\r\nno$/s);
});

test.each([
  ["the program answers", HOST, answering(NO)],
  ["the program never answers", HOST, () => {}],
  ["the sandbox refuses", "80-none.localhost", answering(NO)],
])("an upgrade that %s leaves no connection, though its caller says more", async (_, host, program) => {
  await using served = await serve(program);
  const socket = connect({ path: served.socketPath, allowHalfOpen: true });
  socket.on("error", () => {});
  socket.write(UPGRADE.replace(HOST, host));
  setTimeout(() => socket.write("more"), 100);
  setTimeout(() => socket.destroy(), 200);
  await expect.poll(() => countConnections(served), { timeout: 4000 }).toBe(0);
  expect(served.tunnels.filter(({ destroyed }) => !destroyed)).toEqual([]);
});

/** How many connections there are at the socket, without the one that listens. */
async function countConnections({ socketPath }: Served): Promise<number> {
  const all = await readFile("/proc/net/unix", "latin1");
  return all.split("\n").filter((line) => line.endsWith(` ${socketPath}`)).length - 1;
}

test.each([
  ["POST /v1/sandboxes/web/ports/80/tunnel", 400],
  ["GET /v1/sandboxes/web/ports/80/tunnel/any", 200],
])("%s is no tunnel", async (line, status) => {
  await using served = await serve(answering(OK));
  const answer = await say(
    served,
    `${line} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`,
  );
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(served.asked).toEqual([]);
});

test("an upgrade behind a request that is not answered yet gets into no answer, and ends both", async () => {
  await using served = await serve(() => {});
  expect(await say(served, `GET /first HTTP/1.1\r\nHost: ${HOST}\r\n\r\n${UPGRADE}`)).toBe("");
  await expect.poll(() => served.tunnels.every(({ destroyed }) => destroyed)).toBe(true);
});
