import { once } from "node:events";
import { get } from "node:http";
import type { AddressInfo } from "node:net";
import { LOCAL_USER, NEVER } from "@forkd/core";
import type { Caller } from "@forkd/core";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import { openCollector } from "../../../test/trace-collector.ts";
import { createHttpServer } from "../../http/http-server.ts";
import { openTracing } from "./open-tracing.ts";

const SPAN = "00f067aa0ba902b7";
const traceparent = `00-4bf92f3577b34da6a3ce929d0e0e4736-${SPAN}-01`;
const SETTINGS = { sampler: "always_on", ratio: 1, delayMs: 60_000, resource: {} } as const;

/** The span that a request with a trace of its caller's is a part of, for this caller. */
async function parentFor(caller: Caller): Promise<string | undefined> {
  await using collector = await openCollector();
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url);
  const log = pino({ level: "silent" });
  {
    await using tracing = await openTracing(SETTINGS, log);
    const traced = tracing.requests!;
    const { exec } = tracing.traceOperations({ exec: async () => {} } as never);
    const server = createHttpServer({
      handle: (_request, response) =>
        void exec(caller, {} as never, { signal: NEVER }).then(() => response.end()),
      admit: () => caller,
      log,
      traced,
      watch: traced.watch,
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const [answer] = await once(get({ port, agent: false, headers: { traceparent } }), "response");
    await once(answer.resume(), "end");
    server.close();
    await once(server, "close");
  }
  vi.unstubAllEnvs();
  const [root] = collector.spans().filter(({ name }) => name === "GET");
  return root?.parentSpanId || undefined;
}

test("a caller's trace is gone on with where they have a token, or the daemon's socket", async () => {
  expect(await parentFor(LOCAL_USER)).toBe(SPAN);
  expect(await parentFor({ name: "ci", scope: "read" })).toBe(SPAN);
  expect(await parentFor({ name: "anonymous", scope: "none" })).toBeUndefined();
});
