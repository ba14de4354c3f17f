import type { SandboxForkRequest, SandboxInfo } from "../../api.gen.ts";
import { decodeBase64 } from "../../base64.ts";
import { FakeFiles } from "./fake-files.ts";
import { FakeProcesses } from "./fake-processes.ts";
import type { FakeSnapshot } from "./fake-snapshot.ts";

/** A machine that there is not. */
export interface FakeSandbox {
  info: SandboxInfo;
  readonly files: FakeFiles;
  readonly processes: FakeProcesses;
}

/** One of the children that a fork asks for. */
export function forkFake(
  { info: snapshot, files }: FakeSnapshot,
  { n = 1, name = null, children = [], ...asked }: SandboxForkRequest,
  { id, childIndex }: { readonly id: string; readonly childIndex: number },
): FakeSandbox {
  const own = new FakeFiles(files);
  for (const { path, contentBase64, mode } of children[childIndex]?.files ?? [])
    own.write(path, decodeBase64(contentBase64), mode);
  const now = Math.floor(Date.now() / 1000);
  const info: SandboxInfo = {
    id,
    name: name === null || n === 1 ? name : `${name}-${childIndex}`,
    labels: asked.labels ?? {},
    snapshotTag: snapshot.tag,
    snapshotId: snapshot.id,
    status: "running",
    childIndex,
    hostname: id.replace("_", "-"),
    pid: null,
    network: {
      mode: asked.network?.mode ?? "none",
      egress: asked.network?.egress ?? "deny",
      link: asked.network?.link ?? null,
    },
    netns: null,
    guestAddr: null,
    linkAddr: null,
    publishedPorts: (asked.publish ?? []).map(({ port, hostPort }) => ({ port, hostPort: hostPort ?? port })),
    createdAtUnix: now,
    expiresAtUnix: asked.ttlSecs ? now + asked.ttlSecs : null,
    onTimeout: asked.onTimeout ?? "kill",
    idleTimeoutSecs: asked.idleTimeoutSecs ?? null,
    onIdle: asked.onIdle ?? "suspend",
    memoryMib: snapshot.memoryMib,
    memoryLimitMib: asked.memoryLimitMib ?? null,
    swapLimitMib: asked.swapLimitMib ?? null,
    cpuLimit: asked.cpuLimit ?? null,
    taskLimit: asked.taskLimit ?? null,
    diskReadBytesPerSec: asked.diskReadBytesPerSec ?? null,
    diskWriteBytesPerSec: asked.diskWriteBytesPerSec ?? null,
    diskReadOpsPerSec: asked.diskReadOpsPerSec ?? null,
    diskWriteOpsPerSec: asked.diskWriteOpsPerSec ?? null,
    vcpus: snapshot.vcpus,
    restoreMs: 0,
    readyMs: 0,
    liveFork: asked.liveFork ?? false,
    publicPorts: asked.publicPorts ?? false,
    autoResume: asked.autoResume ?? false,
    hasBranched: false,
    branchCount: 0,
    lastBranchMemoryPath: null,
    died: null,
    unmanagedWhy: null,
  };
  return { info, files: own, processes: new FakeProcesses() };
}
