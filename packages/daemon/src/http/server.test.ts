import { ForkdError, ROUTES } from "@forkd/contract";
import type { Operation } from "@forkd/contract";
import { pino } from "pino";
import { expect, test } from "vitest";
import type { Handlers } from "./handler.ts";
import { createServer } from "./server.ts";

/** A server of which one operation does `work`, and what it logs. */
function serve(operation: Operation, work: () => Promise<never>) {
  const lines: string[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
  const handlers = Object.fromEntries(Object.keys(ROUTES).map((name) => [name, work])) as unknown as Handlers;
  const { method, path } = ROUTES[operation];
  const server = createServer(handlers, {}, log);
  return { lines, ask: () => server.inject({ method, url: path }) };
}

test("answers with what failed first, and logs what failed in undoing it", async () => {
  const { ask, lines } = serve("listSnapshots", async () => {
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Promise.reject(new Error("the directory is busy")));
    throw new ForkdError("image_not_found", { image: "py", known: [] });
  });
  const reply = await ask();
  expect(reply.statusCode).toBe(404);
  expect(reply.json()).toMatchObject({ code: "image_not_found", error: "there is no image py" });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { msg: "request.cleanup_failed", err: { message: "the directory is busy" } },
  ]);
});
