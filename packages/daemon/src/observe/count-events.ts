import type { ForkdEvent } from "@forkd/contract";
import type { EventStream } from "@forkd/core";
import Counter from "prom-client/lib/counter.js";
import Histogram from "prom-client/lib/histogram.js";
import type { Registry } from "prom-client";

/** A copy takes 20 ms, a restored child 50 to 100, and many at once on a busy host seconds. */
const FORK_SECONDS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
/** A diff of an idle machine is captured in about 10 ms, a full one of GiB in seconds. */
const PAUSE_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];

/** Counts what happens, and keeps the clocks of forks and branches apart, each in a histogram of its own. */
export function countEvents(registry: Registry, events: EventStream): void {
  const registers = [registry];
  const all = new Counter({
    name: "forkd_events_total",
    help: "What happened, by the kinds that GET /v1/events has, but for progress.",
    labelNames: ["type"],
    registers,
  });
  const jobs = new Counter({
    name: "forkd_jobs_total",
    help: "Work that took a while and has ended, by kind and how.",
    labelNames: ["kind", "status"],
    registers,
  });
  const clocks = createClocks(registers);
  events.listen((event) => {
    if (event.type === "job.progress") return;
    all.inc({ type: event.type });
    if ("job" in event && event.job.status !== "running")
      jobs.inc({ kind: event.job.kind, status: event.job.status });
    keepClocks(clocks, event);
  });
}

type Clocks = ReturnType<typeof createClocks>;

function createClocks(registers: Registry[]) {
  const ofFork = (name: string, help: string): Histogram =>
    new Histogram({ name, help, buckets: FORK_SECONDS, registers });
  return {
    restore: ofFork(
      "forkd_child_restore_seconds",
      "Of each child, from the start of its VMM until its vCPUs ran.",
    ),
    ready: ofFork(
      "forkd_child_ready_seconds",
      "Of each child, from the start of its VMM until its agent had answered and the fork contract held.",
    ),
    fork: ofFork(
      "forkd_fork_seconds",
      "Of each fork, from the request until all of its children were ready.",
    ),
    perChild: ofFork("forkd_fork_seconds_per_child", "The same, divided by the children."),
    pause: new Histogram({
      name: "forkd_branch_pause_seconds",
      help: "Of each branch, for how long its source stood still.",
      labelNames: ["mode"],
      buckets: PAUSE_SECONDS,
      registers,
    }),
  };
}

function keepClocks({ restore, ready, fork, perChild, pause }: Clocks, event: ForkdEvent): void {
  if (event.type === "sandbox.ready") {
    restore.observe(event.restore_ms / 1000);
    ready.observe(event.ready_ms / 1000);
  } else if (event.type === "sandbox.forked") {
    fork.observe(event.wall_ms / 1000);
    perChild.observe(event.wall_ms / 1000 / Math.max(event.ids.length, 1));
  } else if (event.type === "snapshot.branched") pause.observe({ mode: event.mode }, event.pause_ms / 1000);
}
