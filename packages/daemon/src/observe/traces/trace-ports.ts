import type { Machine, OperationPorts, SnapshotDraft } from "@forkd/core";
import { tellOf } from "./around.ts";
import type { Parts } from "./around.ts";
import type { Spans } from "./spans.ts";
import { traceJobs } from "./trace-jobs.ts";

/** What is told of. */
export type TracedPorts = Pick<
  OperationPorts,
  | "admission"
  | "connector"
  | "engine"
  | "guestBoot"
  | "jobs"
  | "limits"
  | "networks"
  | "slots"
  | "snapshots"
  | "traceChild"
  | "zygotes"
>;

/** The ports of operations, told of as parts of the operations that use them. Names and sizes are told, and no content. */
export function tracePorts<Ports extends TracedPorts>(spans: Spans, ports: Ports): Ports {
  const { admission, connector, guestBoot, jobs, limits, networks, slots } = ports;
  return {
    ...ports,
    ...traceMachines(spans, ports),
    jobs: traceJobs(spans, jobs),
    slots: tellOf(spans, slots, { acquire: { name: "slot" } }),
    limits: tellOf(spans, limits, { createGroup: { name: "limits" } }),
    guestBoot: tellOf(spans, guestBoot, { provide: { name: "guest-boot" } }),
    admission: tellOf(spans, admission, {
      admit: { name: "admission", facts: ({ n, tag }) => ({ "forkd.snapshot": tag, "forkd.children": n }) },
    }),
    networks: tellOf(spans, networks, {
      lease: { name: "network", facts: ({ mode }) => ({ "forkd.network.mode": mode }) },
    }),
    connector: tellOf(spans, connector, {
      connect: { name: "agent" },
      connectAndFork: {
        name: "agent",
        outcome: ({ report }) => ({
          "forkd.clock_offset_ms": report.clockOffsetMs,
          "forkd.reseeded": [...report.reseeded],
        }),
      },
    }),
    traceChild: (plan, start) =>
      spans.part(
        () => ({
          name: "child",
          attributes: { "forkd.sandbox": plan.id, "forkd.child_index": plan.identity.childIndex },
        }),
        async (scope) => {
          const sandbox = await start();
          const { restoreMs, readyMs } = sandbox.record;
          scope?.span.setAttributes({ "forkd.restore_ms": restoreMs, "forkd.ready_ms": readyMs });
          return sandbox;
        },
      ),
  };
}

function traceMachines(
  spans: Spans,
  { engine, snapshots, zygotes }: Pick<TracedPorts, "engine" | "snapshots" | "zygotes">,
): Pick<TracedPorts, "engine" | "snapshots" | "zygotes"> {
  const giveMachine = (machine: Machine): Machine => tellOf(spans, machine, MACHINE_PARTS);
  const give = (found: Machine | undefined): Machine | undefined => found && giveMachine(found);
  const giveDraft = (draft: SnapshotDraft): SnapshotDraft => tellOf(spans, draft, DRAFT_PARTS);
  const openSnapshot = { name: "open" };
  return {
    zygotes: tellOf(spans, zygotes, {
      copy: { name: "machine.copy", outcome: (machine) => machine && {}, give },
    }),
    engine: tellOf(spans, engine, {
      boot: { name: "machine.boot", give: giveMachine },
      restore: { name: "machine.restore", give: giveMachine },
      revive: { name: "machine.revive", give: giveMachine },
      adopt: { name: "machine.adopt", give },
    }),
    snapshots: tellOf(spans, snapshots, {
      open: openSnapshot,
      begin: { give: giveDraft },
      hold: { give: (held) => tellOf(spans, held, { open: openSnapshot }) },
    }),
  };
}

const MACHINE_PARTS: Parts<Machine> = {
  capture: {
    name: "capture",
    facts: ({ mode }) => ({ "forkd.capture.mode": mode }),
    outcome: ({ pauseMs, dirtyPages, memoryBytes, diskBytes }) => ({
      "forkd.pause_ms": pauseMs,
      "forkd.dirty_pages": dirtyPages,
      "forkd.bytes_captured": memoryBytes + diskBytes,
    }),
    phases: ({ phases }) => phases,
  },
  save: { name: "save" },
  pause: { name: "freeze" },
  resume: { name: "resume" },
};

const DRAFT_PARTS: Parts<SnapshotDraft> = {
  commit: { name: "store" },
  stage: { name: "stage" },
};
