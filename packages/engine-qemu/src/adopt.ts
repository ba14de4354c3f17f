import type { CallOptions, MachineRecord } from "@forkd/core";
import { isProcessAlive } from "@forkd/posix";
import { monitorPath } from "./machine-files.ts";
import { connectUnix } from "./connect-unix.ts";
import { QemuMachine } from "./machine.ts";
import { waitForProcess } from "./process/vmm-exit.ts";
import { QmpClient } from "./qmp/client.ts";

/**
 * Takes over a QEMU that outlived its daemon, by the monitor socket in its directory. Gives undefined when it is gone.
 * One that the daemon left stopped, since it died while capturing it, runs again, unless its record says that it is
 * paused. One whose monitor refuses us stays as it is. Throws `agent_unreachable`, `vmm_failed`, `cancelled`.
 */
export async function adoptMachine(
  record: MachineRecord,
  options: CallOptions,
): Promise<QemuMachine | undefined> {
  if (!isProcessAlive(record)) return undefined;
  using undo = new DisposableStack();
  const path = monitorPath(record.directory);
  const qmp = undo.use(new QmpClient(await connectUnix(path, options)));
  await qmp.execute(record.paused ? "stop" : "cont", {}, options);
  undo.move();
  const ended = waitForProcess(record, qmp.closed);
  return new QemuMachine({ process: record, directory: record.directory, qmp, ended });
}
