import type {
  BranchInfo,
  Capabilities,
  Job,
  PackInfo,
  PullInfo,
  PushInfo,
  SandboxInfo,
  SnapshotInfo,
} from "@forkd/contract";
import { createJobId, createSandboxId, createSnapshotId } from "@forkd/contract";

/** Ids are written as any other text. */
type Told<Reply> = Omit<Reply, "id" | "parent_id"> & {
  readonly id: string;
  readonly parent_id?: string | null;
};

const CREATED = 1_700_000_000;
const DIGEST = "sha256:00";
const SNAPSHOT: Told<SnapshotInfo> = {
  tag: "py",
  id: createSnapshotId(),
  dir: "/data/snapshots/py",
  status: "ready",
  bootable: true,
  created_at_unix: CREATED,
  parent_id: null,
  branched_from: null,
  pause_ms: null,
  image_id: null,
  memory_mib: 256,
  vcpus: 1,
  physical_bytes: 0,
  build_ms: 5000,
  sandboxes: 0,
};

/** What a daemon tells of a running sandbox, but for what is given. */
export const sandboxReply = (own: Partial<Told<SandboxInfo>>): Told<SandboxInfo> => ({
  id: createSandboxId(),
  name: null,
  labels: {},
  snapshot_tag: "py",
  snapshot_id: createSnapshotId(),
  status: "running",
  child_index: 0,
  hostname: "py-0",
  pid: 4711,
  network: { mode: "none", egress: "deny", link: null },
  netns: null,
  guest_addr: null,
  link_addr: null,
  published_ports: [],
  created_at_unix: CREATED,
  on_timeout: "kill",
  idle_timeout_secs: null,
  on_idle: "suspend",
  expires_at_unix: null,
  memory_mib: 256,
  memory_limit_mib: null,
  swap_limit_mib: null,
  cpu_limit: null,
  task_limit: null,
  disk_read_bytes_per_sec: null,
  disk_write_bytes_per_sec: null,
  disk_read_ops_per_sec: null,
  disk_write_ops_per_sec: null,
  vcpus: 1,
  restore_ms: 41,
  ready_ms: 84,
  live_fork: false,
  auto_resume: false,
  public_ports: false,
  has_branched: false,
  branch_count: 0,
  last_branch_memory_path: null,
  died: null,
  unmanaged_why: null,
  ...own,
});

/** As {@link sandboxReply}, of a snapshot that is ready. */
export const snapshotReply = (own: Partial<Told<SnapshotInfo>>): Told<SnapshotInfo> => ({
  ...SNAPSHOT,
  ...own,
});

/** As {@link sandboxReply}, of a branch. */
export const branchReply = (
  own: Partial<Told<BranchInfo>> & { branched_from: string },
): Told<BranchInfo> => ({
  ...SNAPSHOT,
  pause_ms: 1.4,
  job_id: createJobId(),
  mode: "diff",
  longest_stall_ms: 2.6,
  dirty_pages: 512,
  bytes_captured: 3_145_728,
  phases: [],
  diff_ms: null,
  diff_physical_bytes: null,
  diff_logical_bytes: null,
  ...own,
});

/** As {@link sandboxReply}, of a job that runs. */
export const jobReply = (own: Partial<Told<Job>>): Told<Job> => ({
  id: createJobId(),
  kind: "branchSandbox",
  subject: "py",
  status: "running",
  started_at_unix: CREATED,
  ended_at_unix: null,
  progress: null,
  error: null,
  ...own,
});

/** As {@link sandboxReply}, of the host. */
export const capabilitiesReply = (own: Partial<Capabilities>): Capabilities => ({
  engine: "qemu",
  engine_version: "7.2.22",
  accelerator: "tcg",
  accelerator_reason: "emulated",
  machine: "microvm",
  cpu_model: "max",
  memory_limits: true,
  memory_limits_reason: "cgroup v2",
  limits: [
    { kind: "memory", available: true, why: "cgroup v2" },
    { kind: "CPU", available: false, why: "no root" },
  ],
  branch_modes: ["full", "diff", "live"],
  branch_concurrency: 2,
  option_notes: {},
  max_sandboxes: 1000,
  parallelism: 2,
  silent_copies: 0,
  ...own,
});

/** As {@link sandboxReply}, of a pack. */
export const packReply = (own: Partial<Told<PackInfo>>): Told<PackInfo> => ({
  tag: "py",
  id: createSnapshotId(),
  path: "/p",
  digest: DIGEST,
  links: 1,
  logical_bytes: 4096,
  packed_bytes: 1024,
  ...own,
});

/** As {@link sandboxReply}, of what was pushed. */
export const pushReply = (own: Partial<PushInfo>): PushInfo => ({
  destination: "r/py:1",
  digest: DIGEST,
  reference: "oci://r/py@sha256:11",
  blobs: 1,
  blobs_sent: 1,
  bytes_sent: 1,
  ...own,
});

/** As {@link sandboxReply}, of what was pulled. */
export const pullReply = (own: Partial<Told<PullInfo>>): Told<PullInfo> => ({
  tag: "py",
  id: createSnapshotId(),
  source: "/x",
  digest: DIGEST,
  links: 2,
  signed_by: null,
  bytes_received: 2048,
  ...own,
});
