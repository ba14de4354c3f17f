import type { BootSpec } from "@forkd/core";
import { kernelCommandLine } from "./kernel-command-line.ts";
import type { GuestClock } from "./kernel-command-line.ts";
import { machineArgv } from "./machine-argv.ts";

/** QEMU's arguments for a machine that boots; its memory file is shared, so that it is the snapshot's. */
export function bootArgv(spec: BootSpec, clock: GuestClock, machineType: string): string[] {
  return [
    machineArgv(spec, { accelerator: clock.accelerator, machineType }, "shared"),
    ["-kernel", spec.kernelPath, "-initrd", spec.initramfsPath],
    ["-append", [kernelCommandLine(clock), ...(spec.kernelArguments ?? [])].join(" ")],
  ].flat();
}
