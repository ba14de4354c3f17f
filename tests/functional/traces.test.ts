import { expect, test } from "vitest";
import { attributeOf, drawTree, openCollector } from "../../packages/daemon/test/trace-collector.ts";
import type { ToldSpan } from "../../packages/daemon/test/trace-collector.ts";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

/** So long that nothing is sent before the daemon stops: a tree that is looked at is whole. */
const DELAY_MS = "60000";

const LINES_OF_CHILD = [
  "      child",
  ...["slot", "limits", "machine", "agent"].map((part) => `        ${part}`),
];

/** A child is copied or restored, as it comes. */
const draw = (spans: readonly ToldSpan[], root: ToldSpan | undefined): string[] =>
  root === undefined
    ? []
    : drawTree(spans, root)
        .replaceAll(/machine\.(copy|restore)/g, "machine")
        .split("\n");

test("a fork, a branch and a command are one tree each, sent when the daemon stops at the latest", async () => {
  await using collector = await openCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: DELAY_MS };
  await using daemon = await TestDaemon.start({ env });
  const children = await daemon.forkd.sandboxes.fork(PARENT, { n: 2, env: { TOKEN: "hunter2" } });
  const [source] = children;
  const branch = await source!.branch({ tag: "traced", mode: "diff" });
  await source!.run("echo hunter2");
  await source!.suspend();
  await source!.resume();
  const infos = children.map(({ id, info }) => ({ id, readyMs: info.readyMs }));
  await daemon.forkd.sandboxes.killAll();
  await daemon.forkd.snapshots.remove("traced");
  await daemon.kill("SIGTERM");
  await daemon.start();

  const spans = collector.spans();
  const roots = spans.filter(({ parentSpanId }) => !parentSpanId);
  const rootOf = (name: string): ToldSpan | undefined => roots.find((root) => root.name === name);
  expect(draw(spans, rootOf("POST /v1/sandboxes"))).toEqual([
    "POST /v1/sandboxes",
    "  fork",
    "    job createSandboxes",
    "      open",
    "      admission",
    ...LINES_OF_CHILD,
    ...LINES_OF_CHILD,
  ]);
  const told = spans.filter(({ name }) => name === "child");
  const known = told.map((child) => ({
    id: attributeOf(child, "forkd.sandbox"),
    readyMs: attributeOf(child, "forkd.ready_ms"),
  }));
  expect(known.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1))).toEqual(
    infos.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  );

  const branched = draw(spans, rootOf("POST /v1/sandboxes/:id/branch"));
  expect(branched.slice(0, 4)).toEqual([
    "POST /v1/sandboxes/:id/branch",
    "  branchSandbox",
    "    job branchSandbox",
    "      capture",
  ]);
  expect(branched.at(-1)).toBe("      store");
  const phases = branched.slice(4, -1).map((line) => line.trim());
  expect(phases.toSorted()).toEqual(branch.phases.map(({ name }) => name).toSorted());
  const capture = spans.find(({ name }) => name === "capture");
  expect(attributeOf(capture!, "forkd.pause_ms")).toBe(branch.pauseMs);

  expect(draw(spans, rootOf("POST /v1/sandboxes/:id/exec"))).toEqual([
    "POST /v1/sandboxes/:id/exec",
    "  exec",
  ]);
  expect(draw(spans, rootOf("POST /v1/sandboxes/:id/suspend")).map((line) => line.trim())).toContain("save");
  const resumed = draw(spans, rootOf("POST /v1/sandboxes/:id/resume")).map((line) => line.trim());
  expect(resumed).toEqual(expect.arrayContaining(["slot", "machine.revive"]));
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(roots.length);
  expect(collector.bodies.join("")).not.toContain("hunter2");
});
