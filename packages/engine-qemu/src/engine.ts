import { orCancelled } from "@forkd/core";
import type { CallOptions, CardBackend, Engine, EngineIdentity } from "@forkd/core";
import { adoptMachine } from "./adopt.ts";
import { cpuModelFor } from "./argv/cpu-model.ts";
import { DEVICE_KINDS } from "./argv/device-argv.ts";
import type { GuestClock } from "./argv/kernel-command-line.ts";
import { machineTypeFor } from "./argv/machine-type.ts";
import { bootMachine } from "./boot.ts";
import { cardWords } from "./process/card-words.ts";
import type { Launcher } from "./process/launch.ts";
import { restoreMachine } from "./restore.ts";
import { reviveMachine } from "./revive.ts";
import { describeProbe, runProbe } from "./probe.ts";
import type { ProbeGuest, ProbeResult } from "./probe.ts";
import { openZygote } from "./zygote/open-zygote.ts";
import { measureTscKhz } from "./tsc-rate.ts";

const MEASURE_TIMEOUT_MS = 30_000;

export interface QemuEngineOptions {
  /** `qemu-system-x86_64`, as a path or a name in `PATH`. */
  readonly qemuPath: string;
  /** What `--version` of it says, such as `7.2.22`. */
  readonly version: string;
  readonly accelerator: EngineIdentity["accelerator"];
  /** What starts it for a machine. */
  readonly launcher: Launcher;
  /** `forkd-zygote.so`. Without it each machine is restored by itself. */
  readonly zygoteLibrary?: string;
}

/** One way to run machines, which can be tried. */
export interface QemuEngine extends Engine {
  /** Boots a guest that reports itself and powers off, just as every machine is booted. */
  probe(guest: ProbeGuest, options: CallOptions): Promise<ProbeResult>;
  /** All that decides how that goes, but for the files that it names: an outcome holds as long as this stays. */
  describeProbe(guest: ProbeGuest, options: CallOptions): Promise<string>;
}

/**
 * The QEMU adapter.
 *
 * @example createQemuEngine({ qemuPath: "/usr/bin/qemu-system-x86_64", version: "7.2.22", accelerator: "tcg", launcher })
 */
export function createQemuEngine(options: QemuEngineOptions): QemuEngine {
  const { launcher, version, accelerator, zygoteLibrary } = options;
  const readClock = createClockReader(options);
  const machineType = machineTypeFor(version);
  const model = { accelerator, machineType };
  const bootBy = async (options: CallOptions) => ({ launcher, machineType, clock: await readClock(options) });
  const restoreBy = ({ card }: { card?: CardBackend }) => ({ launcher, model, card: cardWords(card) });
  return {
    identify: async (options) => {
      const clock = await readClock(options);
      return {
        engine: "qemu",
        version,
        accelerator,
        machine: machineType,
        cpuModel: cpuModelFor(accelerator),
        clockKhz: clock.accelerator === "tcg" ? clock.tscKhz : null,
      };
    },
    listDeviceKinds: () => Promise.resolve(DEVICE_KINDS),
    boot: async (spec, options) => bootMachine(await bootBy(options), spec, options),
    probe: async (guest, options) => runProbe(await bootBy(options), guest, options),
    describeProbe: async (guest, options) => describeProbe(await bootBy(options), guest),
    restore: async (spec, options) => (await restoreMachine(restoreBy(spec), spec, options)).machine,
    revive: (spec, options) => reviveMachine(restoreBy(spec), spec, options),
    openZygote: async (spec, rehearse, options) => {
      // A copy of a process cannot go on with the virtual CPUs of /dev/kvm, which belong to the original's memory.
      if (zygoteLibrary === undefined || accelerator === "kvm") return undefined;
      return openZygote({ launcher, model, zygoteLibrary }, { spec, rehearse }, options);
    },
    adopt: (record, options) => adoptMachine(record, options),
  };
}

/** The host's clock rate does not change: it is measured once, when it is first needed. */
function createClockReader({ qemuPath, accelerator }: QemuEngineOptions) {
  let measurement: Promise<number> | undefined;
  return async (options: CallOptions): Promise<GuestClock> => {
    if (accelerator === "kvm") return { accelerator };
    measurement ??= measureTscKhz(qemuPath, { signal: AbortSignal.timeout(MEASURE_TIMEOUT_MS) });
    try {
      return {
        accelerator,
        tscKhz: await orCancelled(measurement, options.signal, "measuring the host's clock"),
      };
    } catch (error) {
      if (!options.signal.aborted) measurement = undefined;
      throw error;
    }
  };
}
