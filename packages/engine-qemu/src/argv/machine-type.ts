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
