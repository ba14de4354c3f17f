import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ForkdError } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { MONITOR_FD } from "./argv/descriptors.ts";
import { SANDBOX_ARGV } from "./argv/machine-argv.ts";
import { machineOf } from "./start-machine.ts";
import { spawnVmm } from "./process/spawn-vmm.ts";
import type { QemuMachine } from "./machine.ts";

const SAMPLE_MS = 40;
const MAX_SAMPLES = 6;
/** Two samples agree when they differ by less than this part. */
const TOLERANCE = 2e-4;

/** Ticks of the time stamp counter and nanoseconds for which a machine has run. */
interface Elapsed {
  readonly ticks: number;
  readonly ns: number;
}

/**
 * Measures the rate of the host's time stamp counter in kHz, which is an emulated guest's too. The kernel does not
 * tell it to programs, but QEMU saves a machine's age both in ticks and in nanoseconds: an empty machine runs, and
 * the rate is their quotient. A reading that was torn by the scheduler disagrees with the next one. Takes about 150 ms.
 * Throws `vmm_failed`, `cancelled`, `requirement_missing`.
 */
export async function measureTscKhz(qemuPath: string, options: CallOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "forkd-tsc-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const vmm = await spawnVmm(qemuPath, emptyMachineArgv(), { directory });
  const machine = stack.use(machineOf(vmm, { directory }));
  await machine.qmp.execute("cont", {}, options);
  let before = await readElapsed(machine, join(directory, "0"), options);
  let last = 0;
  for (let sample = 1; sample <= MAX_SAMPLES; sample++) {
    await delay(SAMPLE_MS, undefined, options);
    const now = await readElapsed(machine, join(directory, String(sample)), options);
    const khz = ((now.ticks - before.ticks) / (now.ns - before.ns)) * 1e6;
    if (Math.abs(khz - last) < khz * TOLERANCE) return Math.round((khz + last) / 2);
    [before, last] = [now, khz];
  }
  const why = `${MAX_SAMPLES} readings of the time stamp counter disagree`;
  throw new ForkdError("vmm_failed", { command: "the clock measurement", why });
}

function emptyMachineArgv(): string[] {
  return [
    [
      "-machine",
      "none",
      "-accel",
      "tcg,tb-size=1",
      "-nodefaults",
      "-no-user-config",
      "-display",
      "none",
      "-S",
    ],
    SANDBOX_ARGV,
    ["-chardev", `socket,id=monitor0,fd=${MONITOR_FD}`, "-mon", "chardev=monitor0,mode=control"],
  ].flat();
}

async function readElapsed(machine: QemuMachine, path: string, options: CallOptions): Promise<Elapsed> {
  await machine.qmp.execute("xen-save-devices-state", { filename: path }, options);
  return parseTimerSection(await readFile(path));
}

/**
 * Reads the section `timer` of a device state stream: its name, instance and version (32 bits each), then ticks,
 * an unused word and nanoseconds, all big-endian.
 * https://gitlab.com/qemu-project/qemu/-/blob/v7.2.0/softmmu/cpu-timers.c
 */
export function parseTimerSection(state: Buffer): Elapsed {
  const name = state.indexOf("\x05timer", 0, "latin1");
  const start = name + 14;
  if (name === -1 || state.length < start + 24) {
    throw new ForkdError("vmm_failed", { command: "xen-save-devices-state", why: "no timer in the state" });
  }
  return { ticks: Number(state.readBigInt64BE(start)), ns: Number(state.readBigInt64BE(start + 16)) };
}
