import type { SandboxId, SandboxInfo } from "@forkd/contract";
import { describeLimits } from "./limits.ts";
import type { SandboxRecord } from "./sandbox-record.ts";

type Described = Partial<SandboxRecord> | SandboxRecord;

/** A machine as the API shows it, by what is known of it. */
export function describeSandbox(
  record: Omit<Described, "pid"> & { readonly id: SandboxId; readonly pid: number | null },
  state: Pick<SandboxInfo, "status"> & Partial<SandboxInfo>,
): SandboxInfo {
  const branchCount = record.branchCount ?? 0;
  return {
    id: record.id,
    name: record.name ?? null,
    labels: record.labels ?? {},
    snapshot_tag: record.snapshotTag ?? "",
    snapshot_id: record.snapshotId ?? null,
    child_index: record.childIndex ?? 0,
    hostname: record.hostname ?? "",
    pid: record.pid,
    network: describeNetwork(record.network),
    netns: null,
    guest_addr: null,
    link_addr: null,
    published_ports: (record.published ?? []).map(({ port, hostPort }) => ({ port, host_port: hostPort })),
    created_at_unix: record.createdAtUnix ?? 0,
    expires_at_unix: record.expiresAtUnix ?? null,
    on_timeout: record.onTimeout ?? "kill",
    idle_timeout_secs: record.idleTimeoutSecs ?? null,
    on_idle: record.onIdle ?? "suspend",
    memory_mib: record.memoryMib ?? 0,
    ...describeLimits(record),
    vcpus: record.vcpus ?? 0,
    restore_ms: record.restoreMs ?? 0,
    ready_ms: record.readyMs ?? 0,
    live_fork: record.liveFork ?? false,
    auto_resume: record.autoResume ?? false,
    public_ports: record.publicPorts ?? false,
    has_branched: branchCount > 0,
    branch_count: branchCount,
    last_branch_memory_path: record.lastBranchDirectory ?? null,
    died: null,
    unmanaged_why: null,
    ...state,
  };
}

function describeNetwork(network: SandboxRecord["network"] | undefined): SandboxInfo["network"] {
  if (!network) return { mode: "none", egress: "deny", link: null };
  const { mode, egress, link } = network;
  return { mode, egress: typeof egress === "string" ? egress : [...egress], link };
}
