import { cpuModelFor } from "./cpu-model.ts";
import type { Accelerator } from "./cpu-model.ts";
import { descriptorPath, MEMORY_FD, MONITOR_FD, MONITOR_LISTENER_FD } from "./descriptors.ts";
import { deviceArgv } from "./device-argv.ts";
import type { MachineShape } from "./machine-shape.ts";

/** The name of the memory's object, and of its block in a migration stream. */
export const MEMORY_BACKEND_ID = "ram";

/**
 * Translated code is private memory, and QEMU's default lets a busy guest fill 1 GiB with it. This bounds what a
 * child can cost beyond its own RAM; translating again after a flush is cheap next to that.
 */
const TRANSLATION_BUFFER_MIB = 64;

const ACCELERATORS: Readonly<Record<Accelerator, string>> = {
  kvm: "kvm",
  tcg: `tcg,thread=multi,tb-size=${TRANSLATION_BUFFER_MIB}`,
};

/** A process that a guest has broken out into cannot start programs, gain rights or change its scheduling. */
export const SANDBOX_ARGV = [
  "-sandbox",
  "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
] as const;

/** What kind of machine QEMU makes. */
export interface MachineModel {
  readonly accelerator: Accelerator;
  readonly machineType: string;
}

/**
 * What boot and restore must agree on, to the order of devices. QEMU opens nothing: it is given descriptors. Throws
 * `snapshot_incompatible` for a device that it does not know.
 */
export function machineArgv(spec: MachineShape, model: MachineModel, memory: "shared" | "private"): string[] {
  const { accelerator } = model;
  return [
    ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
    ["-name", `guest=${escapeComma(spec.name)}`],
    SANDBOX_ARGV,
    ["-machine", `${model.machineType},memory-backend=${MEMORY_BACKEND_ID}`],
    ["-accel", ACCELERATORS[accelerator], "-cpu", cpuModelFor(accelerator)],
    ["-smp", String(spec.vcpus), "-m", `${spec.memoryMib}M`],
    ["-global", "migration.send-configuration=off"],
    ["-global", "migration.store-global-state=off"],
    // A restored machine would tell its network that the parent's card is there.
    ["-global", "migration.announce-rounds=0"],
    ["-object", JSON.stringify(memoryBackend(spec, memory))],
    deviceArgv(spec),
    monitorArgv(),
  ].flat();
}

function memoryBackend(spec: MachineShape, memory: "shared" | "private"): object {
  return {
    "qom-type": "memory-backend-file",
    id: MEMORY_BACKEND_ID,
    size: spec.memoryMib * 1024 * 1024,
    "mem-path": descriptorPath(MEMORY_FD),
    share: memory === "shared",
  };
}

/** One monitor that is there from the first instruction, and one that a later daemon finds by its path. */
function monitorArgv(): string[] {
  return [
    ["-chardev", `socket,id=monitor0,fd=${MONITOR_FD}`, "-mon", "chardev=monitor0,mode=control"],
    ["-chardev", `socket,id=monitor1,fd=${MONITOR_LISTENER_FD},server=on,wait=off`],
    ["-mon", "chardev=monitor1,mode=control"],
  ].flat();
}

/** A comma in a `key=value` option of QEMU is written twice. */
function escapeComma(value: string): string {
  return value.replaceAll(",", ",,");
}
