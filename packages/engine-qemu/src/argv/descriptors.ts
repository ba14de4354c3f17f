/** The descriptor by which QEMU inherits its first monitor. */
export const MONITOR_FD = 3;
/** The descriptor by which a restored machine inherits its device state. */
export const DEVICE_STATE_FD = 4;
/** The descriptor by which a zygote inherits its control socket. */
export const CONTROL_FD = 5;

/** What the launcher opens for QEMU; `launcher.h` has these numbers too. */
export const AGENT_LISTENER_FD = 6;
export const MONITOR_LISTENER_FD = 7;
export const OVERLAY_FD = 8;
export const CONSOLE_FD = 9;
export const SAVED_STATE_FD = 10;
export const MEMORY_FD = 11;
export const CARD_FD = 14;
/** The first of the files that are only read: the disk's base and layers, then kernel and initramfs. */
export const FIRST_FILE_FD = 15;

/** The path by which QEMU takes a descriptor for a file; `launcher/library.c` understands it. */
export function descriptorPath(fd: number): string {
  return `/forkd/fd/${fd}`;
}
