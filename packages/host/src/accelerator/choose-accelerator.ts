import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CallOptions, GuestBoot } from "@forkd/core";
import { z } from "zod";
import { digest } from "../files/digest.ts";
import { readIfPresent } from "../files/file-access.ts";
import { findVirtualisationFlag, readCpuInfo } from "./cpu.ts";
import { explainKvmRefusal } from "./kvm-device.ts";
import type { ProbeResult } from "./probe-guest.ts";
import { runProbeGuest } from "./probe-guest.ts";
import { findMicrovmQemu } from "./qemu.ts";

export interface AcceleratorOptions extends CallOptions {
  /** Where the outcome of a probe is kept until the host boots anew. */
  readonly cacheDir: string;
  /** Gives what a probe guest boots; asked only where a probe is needed. */
  readonly boot: () => Promise<GuestBoot>;
  /** The full QEMU, which runs guests when KVM is not chosen. */
  readonly qemuPath: string;
}

/** How guests run on this host, the fact that decided it, and the QEMU binary to take. */
export interface AcceleratorChoice {
  readonly accelerator: "kvm" | "tcg";
  readonly reason: string;
  readonly qemuPath: string;
}

const probeResultSchema = z.object({ ok: z.boolean(), why: z.string() });

/** Chooses KVM only where a guest is shown to run under it. The cheap refusals start nothing. */
export async function chooseAccelerator(options: AcceleratorOptions): Promise<AcceleratorChoice> {
  const emulate = (reason: string): AcceleratorChoice => ({
    accelerator: "tcg",
    reason: `emulated: ${reason}`,
    qemuPath: options.qemuPath,
  });
  const flag = findVirtualisationFlag(await readCpuInfo());
  if (flag === undefined) return emulate("the CPU shows neither vmx nor svm");
  const refusal = await explainKvmRefusal();
  if (refusal !== undefined) return emulate(refusal);
  const qemuPath = (await findMicrovmQemu()) ?? options.qemuPath;
  const probe = await probeOnce(options, qemuPath);
  if (!probe.ok) return emulate(probe.why);
  return { accelerator: "kvm", reason: `the CPU has ${flag}, and ${probe.why}`, qemuPath };
}

async function probeOnce(options: AcceleratorOptions, qemuPath: string): Promise<ProbeResult> {
  const { cacheDir, signal } = options;
  const boot = await options.boot();
  const path = join(cacheDir, "kvm-probes", `${await digestSubject(boot, qemuPath)}.json`);
  const cached = await readIfPresent(path);
  if (cached !== undefined) return probeResultSchema.parse(JSON.parse(cached));
  const result = await runProbeGuest({ qemuPath, boot, accelerator: "kvm", signal });
  await mkdir(join(cacheDir, "kvm-probes"), { recursive: true, mode: 0o700 });
  const draft = `${path}.${crypto.randomUUID()}`;
  await writeFile(draft, JSON.stringify(result), { mode: 0o600 });
  await rename(draft, path);
  return result;
}

/** Names what was probed: this boot of the host, this QEMU binary, this guest. */
async function digestSubject(boot: GuestBoot, qemuPath: string): Promise<string> {
  const bootId = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
  const { ino, size, mtimeMs } = await stat(qemuPath);
  const subject = [bootId.trim(), qemuPath, ino, size, mtimeMs, boot.kernelSha256, boot.initramfsSha256];
  return digest(JSON.stringify(subject)).slice(0, 32);
}
