import { spawnVmm } from "./spawn-vmm.ts";
import type { VmmProcess } from "./spawn-vmm.ts";

/** How a QEMU is kept from everything but its machine: what `launcher/README.md` says, and how much of it. */
export interface Launcher {
  /** `forkd-launcher`, and `forkd-launched.so`, which a QEMU has loaded that it starts. */
  readonly program: string;
  readonly library: string;
  /**
   * `user`: a user of its own, and a root, a network and IPC of its own. `namespace`: the same by a user namespace,
   * but for the user. `filter`: no new privileges, and a filter of system calls.
   */
  readonly confinement: "user" | "namespace" | "filter";
  /** QEMU's binary, and what there is in its root: libraries, firmware. Paths without links. */
  readonly qemuPath: string;
  readonly shown: readonly string[];
  /** The device of hardware virtualisation, which is opened for it. */
  readonly device?: string;
  /** Gives the next machine's user, where it has one of its own. */
  readonly nextUid: () => number;
}

/** What is opened for a machine. */
export interface MachineDescriptors {
  readonly directory: string;
  readonly memoryPath: string;
  /** Shared: what the machine writes is in the file. Private: the file is only read. */
  readonly memory: "shared" | "private";
  /** Files that are read, from `FIRST_FILE_FD` on. */
  readonly files: readonly string[];
  /** What the network card is connected to, in the launcher's words. */
  readonly card: string | undefined;
  readonly deviceStateFd?: number;
  /** The library of a machine that is to be copied. */
  readonly zygoteLibrary?: string;
}

/** Starts a QEMU that can reach nothing but its machine. Throws `requirement_missing`, `out_of_resources`. */
export function launchVmm(
  launcher: Launcher,
  argv: readonly string[],
  machine: MachineDescriptors,
): Promise<VmmProcess> {
  const { directory, deviceStateFd, zygoteLibrary } = machine;
  return spawnVmm(launcher.program, [...launcherArgv(launcher, machine), "--", launcher.qemuPath, ...argv], {
    directory,
    isZygote: zygoteLibrary !== undefined,
    ...(deviceStateFd !== undefined && { deviceStateFd }),
  });
}

/**
 * An emulated machine touches a little of its translation buffer and of its firmware tables, and a huge page of 2 MiB for
 * each is several MiB of private memory in every child.
 */
const SMALL_PAGES = ["--small-pages"];

function launcherArgv(launcher: Launcher, machine: MachineDescriptors): string[] {
  const { confinement, library, shown, device } = launcher;
  const { directory, memoryPath, memory, files, card, zygoteLibrary } = machine;
  return [
    ["--confine", confinement],
    confinement === "user" ? ["--uid", String(launcher.nextUid())] : [],
    ["--directory", directory, "--memory", memoryPath],
    memory === "shared" ? ["--share-memory"] : [],
    files.flatMap((path) => ["--file", path]),
    shown.flatMap((path) => ["--show", path]),
    card === undefined ? [] : ["--card", card],
    device === undefined ? SMALL_PAGES : ["--device", device],
    ["--preload", library],
    zygoteLibrary === undefined ? [] : ["--preload", zygoteLibrary, "--zygote"],
  ].flat();
}
