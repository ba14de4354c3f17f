import { statfs } from "node:fs/promises";
import { sandboxStatusSchema } from "@forkd/contract";
import type { OperationPorts } from "@forkd/core";
import type { Registry } from "prom-client";
import type { DaemonConfig } from "../config.ts";
import { addGauge, addTotal } from "./gauge.ts";

/** What is looked at. */
export interface Daemon extends Pick<
  OperationPorts,
  "claims" | "events" | "jobs" | "registry" | "snapshots" | "usage" | "zygotes"
> {
  readonly config: Pick<DaemonConfig, "branchConcurrency" | "dataDir" | "maxSandboxes">;
}

/** How things stand: machines, snapshots, work under way, and what there may be at most. */
export function addDaemonGauges(registry: Registry, daemon: Daemon): void {
  addSandboxGauges(registry, daemon);
  addWorkGauges(registry, daemon);
  const { config, snapshots } = daemon;
  const tags = { name: "forkd_snapshots_total", help: "Snapshots that have a tag." };
  addGauge(registry, tags, async (set) => set(await snapshots.countTags()));
  const free = { name: "forkd_data_free_bytes", help: "What is free below the data directory." };
  addGauge(registry, free, async (set) => {
    const { bavail, bsize } = await statfs(config.dataDir);
    set(bavail * bsize);
  });
}

function addSandboxGauges(registry: Registry, { config, registry: sandboxes }: Daemon): void {
  const byStatus = {
    name: "forkd_sandboxes",
    help: "Sandboxes by status, dead ones for ten minutes.",
    labels: ["status"] as const,
  };
  addGauge(registry, byStatus, (set) => {
    const statuses = sandboxes.describe().map(({ status }) => status);
    for (const status of sandboxStatusSchema.options)
      set(statuses.filter((other) => other === status).length, { status });
  });
  const active = { name: "forkd_sandboxes_active", help: "Sandboxes that are not dead." };
  addGauge(registry, active, (set) => set(sandboxes.users().length));
  const cap = { name: "forkd_sandboxes_cap", help: "How many may have a process at once." };
  addGauge(registry, cap, (set) => set(config.maxSandboxes));
}

function addWorkGauges(registry: Registry, { claims, config, jobs, zygotes }: Daemon): void {
  const branches = { name: "forkd_branches_in_flight", help: "Branches under way." };
  addGauge(registry, branches, (set) => set(claims.branches.size));
  const cap = { name: "forkd_branch_concurrency_cap", help: "How many branches may be under way at once." };
  addGauge(registry, cap, (set) => set(config.branchConcurrency));
  const running = {
    name: "forkd_jobs_running",
    help: "Work that takes a while and is under way, by kind.",
    labels: ["kind"] as const,
  };
  addGauge(registry, running, (set) => {
    const kinds = jobs.list().flatMap(({ status, kind }) => (status === "running" ? [kind] : []));
    for (const kind of new Set(kinds)) set(kinds.filter((other) => other === kind).length, { kind });
  });
  const kept = { name: "forkd_zygotes", help: "Processes that children are copied of." };
  addGauge(registry, kept, (set) => set(zygotes.size));
  const silent = {
    name: "forkd_zygote_silent_copies_total",
    help: "Copies whose agent did not answer, and whose child was restored instead.",
  };
  addTotal(registry, silent, () => zygotes.silentCopies);
}
