import type { IncomingMessage } from "node:http";
import { LOCAL_USER } from "@forkd/core";
import { ForkdError } from "@forkd/contract";
import type { SandboxId, SnapshotId } from "@forkd/contract";
import { expect, test } from "vitest";
import { askApi, serveApi } from "../../test/api-fixture.ts";
import { composeUnstarted } from "../../test/unstarted-daemon.ts";

const ID = "sb_0123456789abcdef" as SandboxId;
const SNAPSHOT = { snapshot_tag: "py", snapshot_id: "sn_0123456789abcdef" as SnapshotId };

test("a daemon that has done nothing has all figures that it has later", async () => {
  await using daemon = await composeUnstarted();
  const families = await daemon.scrape();
  expect([...families.keys()].toSorted()).toMatchInlineSnapshot(`
    [
      "forkd_branch_concurrency_cap",
      "forkd_branch_pause_seconds",
      "forkd_branches_in_flight",
      "forkd_build_info",
      "forkd_child_ready_seconds",
      "forkd_child_restore_seconds",
      "forkd_data_free_bytes",
      "forkd_events_total",
      "forkd_fork_seconds",
      "forkd_fork_seconds_per_child",
      "forkd_http_request_duration_seconds",
      "forkd_jobs_running",
      "forkd_jobs_total",
      "forkd_request_failures_total",
      "forkd_sandboxes",
      "forkd_sandboxes_active",
      "forkd_sandboxes_cap",
      "forkd_sandboxes_cpu_cores",
      "forkd_sandboxes_disk_bytes",
      "forkd_sandboxes_measured",
      "forkd_sandboxes_memory_private_bytes",
      "forkd_sandboxes_memory_shared_bytes",
      "forkd_snapshots_total",
      "forkd_zygote_silent_copies_total",
      "forkd_zygotes",
      "process_cpu_seconds_total",
      "process_open_fds",
      "process_resident_memory_bytes",
      "process_start_time_seconds",
    ]
  `);
  expect(families.get("forkd_snapshots_total")).toMatchObject({ type: "gauge" });
  expect(await daemon.sample("forkd_branch_concurrency_cap{}")).toBe(4);
  expect(await daemon.sample('forkd_sandboxes{status="running"}')).toBe(0);
  expect(await daemon.sample("process_resident_memory_bytes{}")).toBeGreaterThan(1e7);
});

test("each clock of a fork is in a histogram of its own", async () => {
  await using daemon = await composeUnstarted();
  const { events } = daemon.services;
  events.emit({ type: "sandbox.forked", ...SNAPSHOT, from: null, ids: [ID, ID], wall_ms: 600 }, LOCAL_USER);
  events.emit(
    { type: "sandbox.ready", id: ID, snapshot_tag: "py", restore_ms: 15, ready_ms: 84 },
    LOCAL_USER,
  );
  const branch = { tag: "b", id: SNAPSHOT.snapshot_id, sandbox_id: ID, mode: "diff", pause_ms: 7 } as const;
  events.emit({ type: "snapshot.branched", ...branch });
  expect(await daemon.sample("forkd_fork_seconds_sum{}")).toBeCloseTo(0.6);
  expect(await daemon.sample("forkd_fork_seconds_per_child_sum{}")).toBeCloseTo(0.3);
  expect(await daemon.sample('forkd_child_restore_seconds_bucket{le="0.02"}')).toBe(1);
  expect(await daemon.sample('forkd_child_ready_seconds_bucket{le="0.05"}')).toBe(0);
  expect(await daemon.sample('forkd_child_ready_seconds_bucket{le="0.1"}')).toBe(1);
  expect(await daemon.sample('forkd_branch_pause_seconds_sum{mode="diff"}')).toBeCloseTo(0.007);
  expect(await daemon.sample('forkd_events_total{type="sandbox.forked"}')).toBe(1);
});

test("work is counted while it is under way and by how it ended", async () => {
  await using daemon = await composeUnstarted();
  const goOn = Promise.withResolvers<void>();
  const options = { signal: new AbortController().signal, onProgress: () => {} };
  const { result } = daemon.services.jobs.start(
    { kind: "buildImage", subject: "py" },
    LOCAL_USER,
    options,
    () => goOn.promise,
  );
  expect(await daemon.sample('forkd_jobs_running{kind="buildImage"}')).toBe(1);
  goOn.reject(new ForkdError("image_not_found", { image: "py", known: [] }));
  await expect(result).rejects.toMatchObject({ code: "image_not_found" });
  expect(await daemon.sample('forkd_jobs_running{kind="buildImage"}')).toBeUndefined();
  expect(await daemon.sample('forkd_jobs_total{kind="buildImage",status="failed"}')).toBe(1);
});

test("requests are counted by route, and failures by code, whatever their callers write", async () => {
  await using daemon = await composeUnstarted();
  const { watch } = daemon.services.metrics;
  const fail = () => Promise.reject(new ForkdError("job_not_found", { id: "job_1" }));
  await using api = await serveApi(fail, watch);
  await askApi(api.socketPath, { path: "/v1/jobs/job_0123456789abcdef" });
  for (const path of ["/a", "/b?c", '/"{}'])
    await askApi(api.socketPath, { path: encodeURI(path), method: "PROPFIND" });
  await expect
    .poll(() =>
      daemon.sample('forkd_http_request_duration_seconds_count{method="",route="none",status="4xx"}'),
    )
    .toBe(3);
  const job = 'method="GET",route="/v1/jobs/:id",status="404"';
  expect(await daemon.sample(`forkd_http_request_duration_seconds_count{${job}}`)).toBe(1);
  expect(await daemon.sample('forkd_request_failures_total{code="job_not_found"}')).toBe(1);
  expect(await daemon.sample('forkd_request_failures_total{code="unknown_route"}')).toBe(3);
});

test("a program that answers on a port chooses no labels", async () => {
  await using daemon = await composeUnstarted();
  const { watch } = daemon.services.metrics;
  for (const [method, status] of [
    ["PROPFIND", 207],
    ["GET", 299],
  ] as const)
    watch({
      request: {} as IncomingMessage,
      from: "unix",
      method,
      status,
      route: "port",
      seconds: 0.1,
      code: undefined,
    });
  const port = 'method="",route="port",status="2xx"';
  expect(await daemon.sample(`forkd_http_request_duration_seconds_count{${port}}`)).toBe(2);
});

test("scrapes at once are each whole", async () => {
  await using daemon = await composeUnstarted();
  const scrapes = await Promise.all(Array.from({ length: 20 }, () => daemon.scrape()));
  for (const families of scrapes)
    expect(families.get("forkd_data_free_bytes")?.samples.get("forkd_data_free_bytes{}")).toBeGreaterThan(0);
});
