import { isProcessAlive } from "./process-table.ts";
import type { ProcessName } from "./process-table.ts";

/** SIGKILL to the group that a process leads, if it is still that process. */
export function killGroup(leader: ProcessName): void {
  if (!isProcessAlive(leader)) return;
  try {
    process.kill(-leader.pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
