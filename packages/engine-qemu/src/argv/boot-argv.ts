import type { BootSpec } from "@forkd/core";
import { listDiskFiles } from "./block-nodes.ts";
import { descriptorPath, FIRST_FILE_FD } from "./descriptors.ts";
import { kernelCommandLine } from "./kernel-command-line.ts";
import type { GuestClock } from "./kernel-command-line.ts";
import { machineArgv } from "./machine-argv.ts";

/** The files that a machine that boots reads; QEMU has these from `FIRST_FILE_FD` on. */
export function listBootFiles({ disk, kernelPath, initramfsPath }: BootSpec): string[] {
  return [...listDiskFiles(disk), kernelPath, initramfsPath];
}

/** QEMU's arguments for a machine that boots; its memory file is shared, so that it is the snapshot's. */
export function bootArgv(spec: BootSpec, clock: GuestClock, machineType: string): string[] {
  const kernelFd = FIRST_FILE_FD + listDiskFiles(spec.disk).length;
  return [
    machineArgv(spec, { accelerator: clock.accelerator, machineType }, "shared"),
    ["-kernel", descriptorPath(kernelFd), "-initrd", descriptorPath(kernelFd + 1)],
    ["-append", [kernelCommandLine(clock), ...(spec.kernelArguments ?? [])].join(" ")],
  ].flat();
}
