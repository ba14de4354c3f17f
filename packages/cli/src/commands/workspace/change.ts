import type { CallOptions, Forkd, WorkspaceInfo } from "@forkd/sdk";
import { printWorkspaces } from "../../output/workspaces.ts";
import { withDaemon } from "../../session.ts";
import type { DaemonOptions } from "../../session.ts";

/** Changes a workspace, telling what is done where it takes long, and prints it. */
export async function changeWorkspace(
  name: string,
  options: DaemonOptions,
  doing: string,
  change: (workspaces: Forkd["workspaces"], call: CallOptions) => Promise<WorkspaceInfo>,
): Promise<void> {
  await withDaemon(options, async ({ forkd, signal, track }) => {
    const workspace = await track(({ onProgress }) => {
      onProgress?.({ type: "progress", step: doing, message: name });
      return change(forkd.workspaces, { signal });
    });
    printWorkspaces([workspace], options);
  });
}
