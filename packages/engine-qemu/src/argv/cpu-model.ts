import type { EngineIdentity } from "@forkd/core";

export type Accelerator = EngineIdentity["accelerator"];

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
