import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ForkdError, reasonOf } from "@forkd/contract";
import { STANDARD_DEVICES, orCancelled, withTimeout } from "@forkd/core";
import type { BootSpec, CallOptions } from "@forkd/core";
import { MACHINE_FILES } from "./machine-files.ts";
import { bootArgv } from "./argv/boot-argv.ts";
import { bootMachine } from "./boot.ts";
import type { BootBy } from "./boot.ts";
import { readTail } from "./console-log.ts";

/** What the guest's first process prints when it is told to report itself. */
const REPORT = "FORKD-PROBE-OK";
const KERNEL_ARGUMENT = "forkd.probe=1";
const PROBE_MS = 60_000;
const MEMORY_MIB = 128;
const DISK_BYTES = 1024 * 1024;
const CONSOLE_LINES = 50;
const CONSOLE_BYTES = 32 * 1024;

/** The kernel and initramfs that a probe guest boots. */
export type ProbeGuest = Pick<BootSpec, "kernelPath" | "initramfsPath">;

/** How a probe guest went; `why` is one sentence. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly why: string;
}

/** All that decides how a probe guest goes, but for the files that it names. */
export function describeProbe({ launcher, clock, machineType }: BootBy, guest: ProbeGuest): string {
  const { qemuPath, program, confinement } = launcher;
  const argv = bootArgv(describeGuest("/probe", guest), clock, machineType);
  return JSON.stringify([qemuPath, program, confinement, argv]);
}

/**
 * Boots a machine as every machine is booted, with a guest that only reports itself and powers off. A device node and
 * a CPU flag prove nothing where KVM is nested, and a QEMU may lack what it is asked for; a guest that runs to its end
 * proves both. Throws `cancelled`.
 */
export async function runProbe(by: BootBy, guest: ProbeGuest, { signal }: CallOptions): Promise<ProbeResult> {
  const { accelerator } = by.clock;
  const startedAt = performance.now();
  try {
    await bootToItsEnd(by, guest, withTimeout(signal, PROBE_MS));
    const elapsedMs = Math.round(performance.now() - startedAt);
    return { ok: true, why: `a probe guest ran to its end in ${elapsedMs} ms` };
  } catch (error) {
    if (signal.aborted) throw error;
    return {
      ok: false,
      why: `a probe guest under ${accelerator} did not run to its end: ${reasonOf(error)}`,
    };
  }
}

async function bootToItsEnd(by: BootBy, guest: ProbeGuest, signal: AbortSignal): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "forkd-probe-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const spec = describeGuest(directory, guest);
  await writeFile(spec.disk.base, Buffer.alloc(DISK_BYTES), { mode: 0o600 });
  const machine = stack.use(await bootMachine(by, spec, { signal }));
  const exit = await orCancelled(machine.exited, signal, "the probe guest");
  const lines = await readTail(join(directory, MACHINE_FILES.console), CONSOLE_LINES, CONSOLE_BYTES);
  if (lines.some((line) => line.includes(REPORT))) return;
  const why = `${exit.why}, and it had not reported itself`;
  throw new ForkdError("boot_failed", { image: spec.name, why, console: lines });
}

function describeGuest(directory: string, { kernelPath, initramfsPath }: ProbeGuest): BootSpec {
  return {
    name: "probe",
    directory,
    memoryPath: join(directory, "memory"),
    memoryMib: MEMORY_MIB,
    vcpus: 1,
    disk: { base: join(directory, "base"), layers: [], sizeBytes: DISK_BYTES },
    devices: STANDARD_DEVICES,
    kernelPath,
    initramfsPath,
    kernelArguments: [KERNEL_ARGUMENT],
  };
}
