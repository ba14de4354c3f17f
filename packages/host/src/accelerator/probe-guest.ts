import type { CallOptions, GuestBoot } from "@forkd/core";
import { runCommand } from "../process/run-command.ts";

export const PROBE_OK = "FORKD-PROBE-OK";
const PROBE_MS = 10_000;
const KERNEL_ARGUMENTS = ["console=ttyS0", "quiet", "panic=-1", "reboot=t", "forkd.probe=1"];

export interface ProbeOptions extends CallOptions {
  readonly qemuPath: string;
  readonly boot: Pick<GuestBoot, "kernelPath" | "initramfsPath">;
  readonly accelerator: "kvm" | "tcg";
  readonly timeoutMs?: number;
  /** More words for the kernel's command line. */
  readonly kernelArguments?: readonly string[];
}

/** How a probe guest went; `why` is one sentence. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly why: string;
}

/**
 * Boots a guest that only reports itself and powers off. A device node and a CPU flag prove nothing where KVM is
 * nested; a guest that runs to its end does.
 */
export async function runProbeGuest(options: ProbeOptions): Promise<ProbeResult> {
  const { qemuPath, accelerator, timeoutMs = PROBE_MS, signal } = options;
  const startedAt = performance.now();
  let reported = false;
  const result = await runCommand(qemuPath, createProbeArguments(options), {
    signal,
    timeoutMs,
    onLine: (line) => (reported ||= line.includes(PROBE_OK)),
  });
  const elapsedMs = Math.round(performance.now() - startedAt);
  if (result.ok && reported) return { ok: true, why: `a probe guest ran to its end in ${elapsedMs} ms` };
  const end = reported ? "reported itself, but QEMU ended with" : "did not report itself; QEMU ended with";
  const last = result.tail.at(-1)?.slice(0, 200);
  const why = `a probe guest under ${accelerator} ${end} ${result.ended}${last === undefined ? "" : ` (${last})`}`;
  return { ok: false, why };
}

function createProbeArguments({ boot, accelerator, kernelArguments = [] }: ProbeOptions): string[] {
  return [
    ["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-serial", "stdio"],
    ["-M", "microvm,acpi=on,rtc=on,pit=on,pic=on,isa-serial=on", "-m", "128M"],
    ["-accel", accelerator, "-cpu", accelerator === "kvm" ? "host" : "qemu64"],
    ["-kernel", boot.kernelPath, "-initrd", boot.initramfsPath],
    ["-append", [...KERNEL_ARGUMENTS, ...kernelArguments].join(" ")],
  ].flat();
}
