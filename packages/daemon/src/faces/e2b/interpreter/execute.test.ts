import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { EvalEvent, SandboxId } from "@forkd/contract";
import { toForkdError } from "@forkd/contract";
import { LOCAL_USER } from "@forkd/core";
import type { Operations } from "@forkd/core";
import { expect, test } from "vitest";
import { callerSignal } from "../../../http/requests/caller-signal.ts";
import { execute } from "./execute.ts";

/** An evaluation that prints without an end, and whether it was told that nobody listens any more. */
function printForEver() {
  const ended = Promise.withResolvers<void>();
  async function* print(): AsyncGenerator<EvalEvent> {
    try {
      for (;;) yield { type: "stdout", text: "x".repeat(1000) };
    } finally {
      ended.resolve();
    }
  }
  const operations = { evaluateStream: async () => print() } as unknown as Operations;
  return { ended: ended.promise, operations };
}

test("an evaluation whose caller leaves while it prints is let go", async () => {
  const { operations, ended } = printForEver();
  const failed = Promise.withResolvers<unknown>();
  const server = createServer((request, response) => {
    const signal = callerSignal(response);
    const call = { operations, caller: LOCAL_USER, id: "web" as SandboxId, explain: toForkdError };
    execute({ ...call, request, response, signal }).catch(failed.resolve);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const headers = { "content-type": "application/json" };
  const outgoing = httpRequest({ host: "127.0.0.1", port, method: "POST", headers });
  const [answer] = (await once(outgoing.end('{"code":"f()"}'), "response")) as [IncomingMessage];
  await once(answer, "data");
  answer.destroy();
  await failed.promise;
  await ended;
  server.close();
  await once(server, "close");
  expect(answer.statusCode).toBe(200);
});
