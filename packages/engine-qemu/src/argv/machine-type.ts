import type { EngineIdentity } from "@forkd/core";

export type Accelerator = EngineIdentity["accelerator"];

/**
 * Everything about the machine that device state depends on. `suppress-vmdesc` and `send-configuration` make the
 * stream of `xen-save-devices-state` one that an incoming migration understands. Without `rtc` the guest hangs;
 * without `acpi` a distribution kernel does not find virtio-mmio devices. Without option ROMs QEMU starts the kernel
 * with qboot, which is faster than SeaBIOS; that of QEMU 10 does not start it.
 */
export function machineTypeFor(version: string): string {
  const start = Number.parseInt(version) >= 8 ? "" : "x-option-roms=off,";
  return `microvm,acpi=on,${start}rtc=on,pit=on,pic=on,isa-serial=on,suppress-vmdesc=on`;
}

/**
 * Emulated: x86-64-v2, which programs of today ask for, and whose boot costs less than that of `max`. Without `arat`
 * the guest takes its timer for one that stops in idle, and ticks 250 times a second for ever.
 */
const CPU_MODELS: Readonly<Record<Accelerator, string>> = {
  kvm: "host",
  tcg: "Nehalem-v1,arat=on,rdrand=on",
};

/** The CPU model for an accelerator, as QEMU names it. */
export function cpuModelFor(accelerator: Accelerator): string {
  return CPU_MODELS[accelerator];
}
