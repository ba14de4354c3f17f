import { cpus, release, totalmem } from "node:os";
import type { Forkd } from "@forkd/sdk";
import type { Results } from "./results.ts";

/** The machine that the figures are of. */
export async function describeMachine(forkd: Forkd): Promise<Results["machine"]> {
  const { engineVersion, accelerator } = await forkd.capabilities();
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
    vmm: `QEMU ${engineVersion}`,
    accelerator: accelerator === "kvm" ? "KVM" : "emulated (TCG)",
  };
}
