import type { BranchInfo, SandboxInfo, SnapshotInfo } from "../../api.gen.ts";
import type { FakeFiles } from "./fake-files.ts";

/** A snapshot, with the files that its forks begin with. */
export interface FakeSnapshot {
  readonly info: SnapshotInfo;
  readonly files: FakeFiles;
}

/** A snapshot that nobody needs to make. */
export function describeSnapshot(tag: string, id: string, rest: Partial<SnapshotInfo> = {}): SnapshotInfo {
  return {
    tag,
    id,
    dir: `/fake/${id}`,
    status: "ready",
    bootable: true,
    createdAtUnix: Math.floor(Date.now() / 1000),
    parentId: null,
    branchedFrom: null,
    pauseMs: null,
    imageId: null,
    memoryMib: 256,
    vcpus: 1,
    physicalBytes: 0,
    buildMs: 0,
    sandboxes: 0,
    ...rest,
  };
}

/** What a branch of a sandbox says. */
export function describeBranch(info: SnapshotInfo, source: SandboxInfo): BranchInfo {
  return {
    ...info,
    branchedFrom: source.id,
    pauseMs: 0,
    jobId: "jb_0000000000000000",
    mode: "full",
    longestStallMs: 0,
    dirtyPages: 0,
    bytesCaptured: 0,
    phases: [],
    diffMs: null,
    diffPhysicalBytes: null,
    diffLogicalBytes: null,
  };
}
