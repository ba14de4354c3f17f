import type { CallOptions } from "@forkd/core";
import { findVirtualisationFlag, readCpuInfo } from "./virtualisation-flag.ts";
import { explainKvmRefusal } from "./kvm-device.ts";
import { probeOnce } from "./probe.ts";
import type { Probe, ProbeMemory } from "./probe.ts";

export interface AcceleratorOptions extends CallOptions, ProbeMemory {
  /** Gives a guest that is started as every machine with KVM is; asked only where one is needed. */
  readonly prepareProbe: () => Promise<Probe>;
}

/** How guests run on this host, the fact that decided it, and the QEMU binary that runs them. */
export interface AcceleratorChoice {
  readonly accelerator: "kvm" | "tcg";
  readonly reason: string;
  readonly qemuPath: string;
}

/** Chooses KVM only where a guest is shown to run under it. The cheap refusals start nothing. */
export async function chooseAccelerator(options: AcceleratorOptions): Promise<AcceleratorChoice> {
  const { qemuPath } = options;
  const emulate = (reason: string): AcceleratorChoice => ({
    accelerator: "tcg",
    reason: `emulated: ${reason}`,
    qemuPath,
  });
  const flag = findVirtualisationFlag(await readCpuInfo());
  if (flag === undefined) return emulate("the CPU shows neither vmx nor svm");
  const refusal = await explainKvmRefusal();
  if (refusal !== undefined) return emulate(refusal);
  const probe = await probeOnce(await options.prepareProbe(), options, options);
  if (!probe.ok) return emulate(probe.why);
  return { accelerator: "kvm", reason: `the CPU has ${flag}, and ${probe.why}`, qemuPath };
}
