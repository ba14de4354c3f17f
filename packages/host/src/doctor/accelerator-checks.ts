import { arch, platform, release } from "node:os";
import { findVirtualisationFlag, readCpuInfo } from "../accelerator/virtualisation-flag.ts";
import { explainKvmRefusal, KVM_DEVICE } from "../accelerator/kvm-device.ts";
import type { Check } from "./check.ts";
import { fail, pass, skip, warn } from "./check.ts";

/** A probe may have to fetch the kernel and build the agent first. */
const PROBE_MS = 120_000;

const EMULATION_HINT = "guests run emulated, many times slower: use a host with hardware virtualisation";

/** Whether and how guests can run at all. */
export const ACCELERATOR_CHECKS: readonly Check[] = [
  {
    name: "platform",
    look: async () => {
      const detail = `${platform()} ${release()} on ${arch()}`;
      const supported = platform() === "linux" && arch() === "x64";
      return supported ? pass(detail) : fail(`${detail} is not supported`, "use Linux on x86-64");
    },
  },
  {
    name: "cpu virtualisation",
    look: async () => {
      const flag = findVirtualisationFlag(await readCpuInfo());
      if (flag !== undefined) return pass(`the CPU has ${flag}`);
      return warn(
        "the CPU shows neither vmx nor svm",
        "switch it on in the firmware, or nested in the cloud",
      );
    },
  },
  {
    name: "kvm device",
    look: async () => {
      const refusal = await explainKvmRefusal();
      if (refusal === undefined) return pass(`${KVM_DEVICE} opens for reading and writing`);
      return warn(refusal, "load kvm_intel or kvm_amd, and join the group: sudo usermod -aG kvm $USER");
    },
  },
  {
    name: "accelerator",
    timeoutMs: PROBE_MS,
    look: async ({ chooseAccelerator }) => {
      const { accelerator, reason, qemuPath } = await chooseAccelerator();
      const detail = `${accelerator}: ${reason} (${qemuPath})`;
      return accelerator === "kvm" ? pass(detail) : warn(detail, EMULATION_HINT);
    },
  },
  {
    name: "machine",
    timeoutMs: PROBE_MS,
    look: async ({ tryMachine }) => {
      const { ok, why } = await tryMachine();
      return ok
        ? pass(why)
        : fail(why, "no machine starts on this host: mend what QEMU says, then try again");
    },
  },
  {
    name: "nested paging",
    look: async () => {
      const flags = /^flags\s*:(.*)$/m.exec(await readCpuInfo())?.[1]?.split(" ") ?? [];
      if (findVirtualisationFlag(await readCpuInfo()) === undefined)
        return skip("no hardware virtualisation");
      const has = flags.includes("ept") || flags.includes("npt");
      return has
        ? pass("the CPU has ept or npt")
        : warn("the CPU has neither ept nor npt", "use a newer CPU");
    },
  },
];
