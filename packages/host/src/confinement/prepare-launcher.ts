import type { ProgressOptions } from "@forkd/core";
import { KVM_DEVICE } from "../accelerator/kvm-device.ts";
import { ensureLauncher } from "../native/vmm-parts.ts";
import { chooseConfinement } from "./choose-confinement.ts";
import type { Confinement } from "./choose-confinement.ts";
import { createMachineUsers } from "./machine-users.ts";
import { listQemuFiles } from "./program-files.ts";

export interface LauncherOptions {
  readonly cacheDir: string;
  /** Of the launcher. */
  readonly sourceDir: string;
  /** What the launcher opens in a machine's directory, by name. */
  readonly files: readonly string[];
  readonly qemuPath: string;
  readonly accelerator: "kvm" | "tcg";
  /** The first of the users that machines get. */
  readonly uidBase: number;
}

/** Everything that it takes to start QEMU for a machine, as far confined as this host allows. */
export interface PreparedLauncher {
  readonly program: string;
  readonly library: string;
  readonly confinement: Confinement;
  /** What kept the confinement from being more. */
  readonly why: string | undefined;
  readonly qemuPath: string;
  readonly shown: readonly string[];
  readonly device?: string;
  readonly nextUid: () => number;
}

/** Builds the launcher if need be, and finds out what it can do here. Throws `requirement_missing`, `cancelled`. */
export async function prepareLauncher(
  { cacheDir, sourceDir, files, qemuPath, accelerator, uidBase }: LauncherOptions,
  options: ProgressOptions,
): Promise<PreparedLauncher> {
  const [launcher, qemu] = await Promise.all([
    ensureLauncher(cacheDir, sourceDir, options),
    listQemuFiles(qemuPath, options),
  ]);
  const { signal } = options;
  const choice = await chooseConfinement({ launcher, qemu, files, uid: uidBase, signal });
  return {
    ...launcher,
    ...choice,
    qemuPath: qemu.program,
    shown: qemu.shown,
    ...(accelerator === "kvm" && { device: KVM_DEVICE }),
    nextUid: createMachineUsers(uidBase),
  };
}
