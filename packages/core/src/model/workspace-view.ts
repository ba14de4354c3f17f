import type { WorkspaceInfo } from "@forkd/contract";
import { Sandbox } from "../sandbox/sandbox.ts";
import type { SuspendedSandbox } from "../sandbox/suspended-sandbox.ts";
import type { UnadoptedMachine } from "../sandbox/unadopted-machine.ts";

const STATUSES: { readonly [Status in string]?: WorkspaceInfo["status"] } = {
  running: "running",
  paused: "paused",
  suspended: "suspended",
};

/** A workspace as the API shows it: the sandbox that it is. */
export function describeWorkspace(sandbox: Sandbox | SuspendedSandbox | UnadoptedMachine): WorkspaceInfo {
  const info = sandbox.describe();
  return {
    id: info.id,
    name: info.name ?? "",
    source_snapshot_tag: info.snapshot_tag,
    current_state_tag: null,
    status: STATUSES[info.status] ?? "stale",
    live_sandbox_id: info.pid === null ? null : info.id,
    created_at_unix: info.created_at_unix,
    last_active_unix: lastUseOf(sandbox),
    last_branch_memory_path: info.last_branch_memory_path,
  };
}

function lastUseOf(sandbox: Sandbox | SuspendedSandbox | UnadoptedMachine): number {
  if (sandbox instanceof Sandbox) return sandbox.lastUsedAtUnix;
  const { suspended, lastUsedAtUnix, createdAtUnix } = sandbox.record;
  return suspended?.atUnix ?? lastUsedAtUnix ?? createdAtUnix ?? 0;
}
