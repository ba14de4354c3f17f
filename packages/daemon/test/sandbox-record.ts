import { createSandboxId, createSnapshotId } from "@forkd/contract";
import type { SandboxRecord } from "@forkd/core";

/** The record of a machine that was ready. */
export function createRecord(known: Partial<SandboxRecord> = {}): SandboxRecord {
  return {
    id: createSandboxId(),
    name: null,
    labels: {},
    snapshotTag: "py",
    snapshotId: createSnapshotId(),
    childIndex: 2,
    hostname: "worker",
    pid: 4711,
    startTicks: "123",
    createdAtUnix: 1_790_000_000,
    expiresAtUnix: null,
    ttlSecs: null,
    onTimeout: "kill",
    idleTimeoutSecs: null,
    onIdle: "suspend",
    memoryMib: 256,
    memoryLimitMib: null,
    vcpus: 1,
    restoreMs: 12.25,
    readyMs: 19,
    isWorkspace: false,
    lastUsedAtUnix: null,
    network: { mode: "none", egress: "deny" },
    liveFork: false,
    paused: false,
    suspended: null,
    autoResume: false,
    publicPorts: false,
    published: [],
    branchCount: 0,
    lastBranchDirectory: null,
    ...known,
  };
}
