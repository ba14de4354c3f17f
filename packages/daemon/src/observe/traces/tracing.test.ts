import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { pino } from "pino";
import type { Logger } from "pino";
import { expect, test, vi } from "vitest";
import { LOCAL_USER } from "@forkd/core";
import { askApi } from "../../../test/api-fixture.ts";
import { attributeOf, drawTree, openCollector } from "../../../test/trace-collector.ts";
import { composeUnstarted } from "../../../test/unstarted-daemon.ts";
import { serveFaces } from "../../serve-faces.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const CALLER = { traceparent: `00-${TRACE}-${SPAN}-01`, "x-request-id": "my-request" };

/** The faces of a daemon that tells the collector of its traces. */
async function serveTraced(endpoint: string, more: Readonly<Record<string, string>> = {}, log?: Logger) {
  await using stack = new AsyncDisposableStack();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: "10", ...more };
  // The exporter reads where it sends, and with what headers, by itself.
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  stack.defer(() => void vi.unstubAllEnvs());
  const socketPath = `/tmp/forkd-traces-${crypto.randomUUID()}.sock`;
  const daemon = stack.use(await composeUnstarted({ FORKD_SOCKET: socketPath, ...env }, log));
  stack.use(await serveFaces(daemon.services));
  const resources = stack.move();
  const ask = async (method: string, path: string, { headers = {}, body = "" } = {}) => {
    const answer = await askApi(
      socketPath,
      { method, path, headers: { "content-type": "application/json", ...headers } },
      body,
    );
    await answer.toArray();
    return answer.statusCode;
  };
  return { ...daemon, ask, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

const FORK = {
  headers: CALLER,
  body: JSON.stringify({ snapshot_tag: "py", n: 2, env: { TOKEN: "hunter2" } }),
};

test("a request, its operation and its job are one tree, which goes on from its caller's", async () => {
  await using collector = await openCollector();
  {
    await using daemon = await serveTraced(collector.url, {
      OTEL_EXPORTER_OTLP_HEADERS: "x-key=mine",
      OTEL_RESOURCE_ATTRIBUTES: "zone=a",
    });
    expect(await daemon.ask("POST", "/v1/sandboxes", FORK)).toBe(404);
  }
  const spans = collector.spans();
  const root = spans.find(({ parentSpanId }) => parentSpanId === SPAN)!;
  expect(drawTree(spans, root)).toBe("POST /v1/sandboxes\n  fork\n    job createSandboxes");
  expect(spans.map(({ traceId }) => traceId)).toEqual(spans.map(() => TRACE));
  expect(attributeOf(root, "forkd.request_id")).toBe("my-request");
  expect(attributeOf(root, "http.response.status_code")).toBe(404);
  const [operation] = spans.filter(({ name }) => name === "fork");
  expect(attributeOf(operation!, "error.type")).toBe("snapshot_not_found");
  expect(attributeOf(operation!, "forkd.object")).toBe("py");
  expect(collector.headers[0]).toMatchObject({ "x-key": "mine" });
  const [resource] = collector.resources();
  expect(attributeOf(resource!, "service.name")).toBe("forkd");
  expect(attributeOf(resource!, "zone")).toBe("a");
  expect(collector.bodies.join("")).not.toContain("hunter2");
});

test("a caller whose trace is not sound has a tree of their own, and one who tells of none has none", async () => {
  await using collector = await openCollector();
  {
    await using daemon = await serveTraced(collector.url);
    await daemon.ask("POST", "/v1/sandboxes", { ...FORK, headers: { traceparent: `00-${TRACE}-1-01` } });
    const unsampled = { traceparent: `00-${TRACE}-${SPAN}-00` };
    await daemon.ask("POST", "/v1/sandboxes", { ...FORK, headers: unsampled });
  }
  const roots = collector.spans().filter(({ parentSpanId }) => !parentSpanId);
  expect(roots.map(({ name }) => name)).toEqual(["POST /v1/sandboxes"]);
  expect(roots[0]?.traceId).not.toBe(TRACE);
});

test("a request that asks for nothing of a guest is not told of", async () => {
  await using collector = await openCollector();
  {
    await using daemon = await serveTraced(collector.url);
    await daemon.ask("GET", "/v1/sandboxes");
    await daemon.ask("GET", "/metrics");
    await daemon.ask("POST", "/v1/sandboxes", { body: "{" });
  }
  expect(collector.spans()).toEqual([]);
});

test("what the daemon asks of itself is a tree without a request", async () => {
  await using collector = await openCollector();
  {
    await using daemon = await serveTraced(collector.url);
    const order = { keep_suspended: false };
    await daemon.services.operations.killSandboxes(LOCAL_USER, order, {
      signal: AbortSignal.timeout(60_000),
    });
  }
  expect(collector.spans()).toMatchObject([{ name: "killSandboxes" }]);
  expect(collector.spans()[0]?.parentSpanId ?? "").toBe("");
});

test("a collector that cannot be reached stops nobody, and is logged once", async () => {
  const gone = await openCollector();
  await gone[Symbol.asyncDispose]();
  const lines: string[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
  const told = (): unknown[] => lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  {
    // No second try is worth while then.
    await using daemon = await serveTraced(gone.url, { OTEL_EXPORTER_OTLP_TIMEOUT: "50" }, log);
    for (let round = 0; round < 3; round += 1) {
      expect(await daemon.ask("POST", "/v1/sandboxes", FORK)).toBe(404);
      await expect.poll(told).toContain("traces.not_sent");
    }
  }
  expect(told()).toEqual(["traces.not_sent"]);
});

test("a daemon that tells nobody loads nothing of OpenTelemetry", async () => {
  const daemon = JSON.stringify(resolve(import.meta.dirname, "../../daemon.ts"));
  const code = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const { startDaemon } = await import(${daemon});
    console.log(JSON.stringify([typeof startDaemon, loaded.length > 100, loaded.filter((url) => url.includes("opentelemetry"))]));`;
  const args = ["--conditions=@forkd/source", "--input-type=module", "-e", code];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(JSON.parse(stdout)).toEqual(["function", true, []]);
});
