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

/** A server that answers each request by an execution. */
async function serve(operations: Operations) {
  const failed = Promise.withResolvers<unknown>();
  const server = createServer((request, response) => {
    const signal = callerSignal(response);
    const call = { operations, caller: LOCAL_USER, id: "web" as SandboxId, explain: toForkdError };
    execute({ ...call, request, response, signal }).catch(failed.resolve);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    failed: failed.promise,
    async ask(fields: Readonly<Record<string, string>> = {}): Promise<IncomingMessage> {
      const headers = { "content-type": "application/json", ...fields };
      const outgoing = httpRequest({ host: "127.0.0.1", port, method: "POST", headers, agent: false });
      const [answer] = await once(outgoing.end('{"code":"f()"}'), "response");
      return answer as IncomingMessage;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

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

/** Says nothing until it is told to, and then ends. */
function sleepUntil(woken: Promise<void>) {
  async function* sleep(): AsyncGenerator<EvalEvent> {
    yield { type: "stdout", text: "before" };
    await woken;
    yield { type: "stdout", text: "after" };
  }
  return { evaluateStream: async () => sleep() } as unknown as Operations;
}

test("an evaluation that is silent has signs of life, as often as is asked for", async () => {
  const woken = Promise.withResolvers<void>();
  await using server = await serve(sleepUntil(woken.promise));
  const answer = await server.ask({ "keepalive-ping-interval": "1" });
  let text = "";
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.endsWith('{"type":"keepalive"}\n')) woken.resolve();
  }
  const types = text
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { type: string }).type);
  expect(types).toEqual(["stdout", "keepalive", "stdout"]);
});

test("an evaluation whose caller leaves while it prints is let go", async () => {
  const { operations, ended } = printForEver();
  await using server = await serve(operations);
  const answer = await server.ask();
  await once(answer, "data");
  answer.destroy();
  await server.failed;
  await ended;
  expect(answer.statusCode).toBe(200);
});
