import { join } from "node:path";
import { trimLog } from "@forkd/engine-qemu";
import { MACHINE_FILES } from "@forkd/core";
import type { SandboxRegistry } from "@forkd/core";

const INTERVAL_MS = 5000;
const LIMIT_BYTES = 4 * 1024 * 1024;
const KEPT_BYTES = 1024 * 1024;

/** A hostile guest can print without end; now and then, logs that grew too long are cut to their last part. */
export function keepLogsShort(registry: SandboxRegistry, onError: (error: unknown) => void): Disposable {
  const trimAll = async (): Promise<void> => {
    for (const { directory } of [...registry.living(), ...registry.unadopted()]) {
      for (const file of [MACHINE_FILES.console, MACHINE_FILES.vmmLog]) {
        await trimLog(join(directory, file), { limitBytes: LIMIT_BYTES, keepBytes: KEPT_BYTES });
      }
    }
  };
  const timer = setInterval(() => void trimAll().catch(onError), INTERVAL_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
