import { readFile } from "node:fs/promises";

/** The CPU flag of hardware virtualisation in a cpuinfo text (Intel's `vmx`, AMD's `svm`), or undefined. */
export function findVirtualisationFlag(cpuinfo: string): "vmx" | "svm" | undefined {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.split(" ") ?? [];
  return flags.includes("vmx") ? "vmx" : flags.includes("svm") ? "svm" : undefined;
}

export function readCpuInfo(): Promise<string> {
  return readFile("/proc/cpuinfo", "utf8");
}
