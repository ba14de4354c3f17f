import { sandboxInfoSchema, snapshotInfoSchema } from "@forkd/contract/schemas";
import type { z } from "zod";

type SandboxReply = z.input<typeof sandboxInfoSchema>;
type SnapshotReply = z.input<typeof snapshotInfoSchema>;

export const ID = "sb_0123456789abcdef";
const SNAPSHOT_ID = "sn_0123456789abcdef";

/** What a daemon tells of a running sandbox, but for what is given. */
export const sandboxReply = (own: Partial<SandboxReply> = {}): SandboxReply =>
  sandboxInfoSchema.parse({
    id: ID,
    name: null,
    labels: {},
    snapshot_tag: "py",
    snapshot_id: SNAPSHOT_ID,
    status: "running",
    child_index: 0,
    hostname: "py-0",
    pid: 4711,
    network: { mode: "none", egress: "deny", link: null },
    netns: null,
    guest_addr: null,
    link_addr: null,
    published_ports: [],
    created_at_unix: 1_700_000_000,
    expires_at_unix: null,
    on_timeout: "kill",
    idle_timeout_secs: null,
    on_idle: "suspend",
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
  } satisfies SandboxReply);

/** The same of a snapshot that is ready. */
export const snapshotReply = (): SnapshotReply =>
  snapshotInfoSchema.parse({
    tag: "py",
    id: SNAPSHOT_ID,
    dir: "/data/snapshots/py",
    status: "ready",
    bootable: true,
    created_at_unix: 1_700_000_000,
    parent_id: null,
    branched_from: null,
    pause_ms: null,
    image_id: null,
    memory_mib: 256,
    vcpus: 1,
    physical_bytes: 0,
    build_ms: 5000,
    sandboxes: 0,
  } satisfies SnapshotReply);
