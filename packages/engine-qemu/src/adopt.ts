import { join } from "node:path";
import { MACHINE_FILES } from "@forkd/core";
import type { CallOptions, MachineRecord } from "@forkd/core";
import { connectUnix } from "./connect-unix.ts";
import type { EngineLogger } from "./logger.ts";
import { QemuMachine } from "./machine.ts";
import { killGroup } from "./process/kill-group.ts";
import { isProcessAlive } from "./process/process-table.ts";
import { waitForProcess } from "./process/vmm-exit.ts";
import { QmpClient } from "./qmp/client.ts";

/**
 * Takes over a QEMU that outlived its daemon, by the monitor socket in its directory. Gives undefined when it is gone.
 * One that the daemon left stopped, since it died while capturing it, runs again.
 * One whose monitor refuses us cannot be steered any more: it is ended, and undefined given. Throws `cancelled`.
 */
export async function adoptMachine(
  record: MachineRecord,
  logger: EngineLogger,
  options: CallOptions,
): Promise<QemuMachine | undefined> {
  if (!isProcessAlive(record)) return undefined;
  try {
    const qmp = new QmpClient(await connectUnix(join(record.directory, MACHINE_FILES.qmpSocket), options));
    const ended = waitForProcess(record, qmp.closed);
    const machine = new QemuMachine({ process: record, directory: record.directory, qmp, ended });
    await machine.qmp.execute("cont", {}, options);
    return machine;
  } catch (error) {
    if (options.signal.aborted) throw error;
    logger.warn({ pid: record.pid, directory: record.directory, err: error }, "vm.adoption_failed");
    killGroup(record);
    return undefined;
  }
}
