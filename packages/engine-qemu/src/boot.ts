import { ForkdError } from "@forkd/contract";
import type { BootSpec, CallOptions } from "@forkd/core";
import { bootArgv, listBootFiles } from "./argv/boot-argv.ts";
import { cardWords } from "./process/card-words.ts";
import type { GuestClock } from "./argv/kernel-command-line.ts";
import { createMachineFiles, createMemoryFile } from "./machine-files.ts";
import type { QemuMachine } from "./machine.ts";
import { launchVmm } from "./process/launch.ts";
import type { Launcher } from "./process/launch.ts";
import { bringUp, machineOf } from "./start-machine.ts";

/** Which QEMU boots a machine, and how. */
export interface BootBy {
  readonly launcher: Launcher;
  readonly machineType: string;
  readonly clock: GuestClock;
}

/** Boots a machine. Throws `snapshot_incompatible`, `boot_failed`, `cancelled`, `requirement_missing`, `out_of_resources`. */
export async function bootMachine(
  { launcher, machineType, clock }: BootBy,
  spec: BootSpec,
  options: CallOptions,
): Promise<QemuMachine> {
  const argv = bootArgv(spec, clock, machineType);
  await createMemoryFile(spec);
  await createMachineFiles(spec);
  const vmm = await launchVmm(launcher, argv, {
    directory: spec.directory,
    memoryPath: spec.memoryPath,
    memory: "shared",
    files: listBootFiles(spec),
    card: cardWords(spec.card),
  });
  return bringUp(machineOf(vmm, spec), options, {
    run: async ({ qmp }) => void (await qmp.execute("query-status", {}, options)),
    explain: (failure, cause) => new ForkdError("boot_failed", { image: spec.name, ...failure }, { cause }),
  });
}
