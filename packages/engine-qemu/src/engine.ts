import type { CallOptions, Engine, EngineIdentity } from "@forkd/core";
import { adoptMachine } from "./adopt.ts";
import type { GuestClock } from "./argv/kernel-command-line.ts";
import { cpuModelFor, MACHINE_TYPE } from "./argv/machine-type.ts";
import { bootMachine } from "./boot.ts";
import { SILENT_LOGGER } from "./logger.ts";
import type { EngineLogger } from "./logger.ts";
import { restoreMachine } from "./restore.ts";
import { measureTscKhz } from "./tsc-rate.ts";

export interface QemuEngineOptions {
  /** `qemu-system-x86_64`, as a path or a name in `PATH`. */
  readonly qemuPath: string;
  /** What `--version` of it says, such as `7.2.22`. */
  readonly version: string;
  readonly accelerator: EngineIdentity["accelerator"];
  readonly logger?: EngineLogger;
}

/**
 * The QEMU adapter.
 *
 * @example createQemuEngine({ qemuPath: "/usr/bin/qemu-system-x86_64", version: "7.2.22", accelerator: "tcg" })
 */
export function createQemuEngine(options: QemuEngineOptions): Engine {
  const { qemuPath, version, accelerator, logger = SILENT_LOGGER } = options;
  const readClock = createClockReader(options);
  return {
    identify: () =>
      Promise.resolve({
        engine: "qemu",
        version,
        accelerator,
        machine: MACHINE_TYPE,
        cpuModel: cpuModelFor(accelerator),
      }),
    boot: async (spec, options) => bootMachine(qemuPath, spec, await readClock(options), options),
    restore: (spec, options) => restoreMachine(qemuPath, spec, accelerator, options),
    adopt: (record, options) => adoptMachine(record, logger, options),
  };
}

/** The host's clock rate does not change: it is measured at the first boot that needs it. */
function createClockReader({ qemuPath, accelerator }: QemuEngineOptions) {
  let tscKhz: number | undefined;
  return async (options: CallOptions): Promise<GuestClock> => {
    if (accelerator === "kvm") return { accelerator };
    tscKhz ??= await measureTscKhz(qemuPath, options);
    return { accelerator, tscKhz };
  };
}
