import { basename, dirname } from "node:path";
import { orCancelled } from "@forkd/core";
import type { VmmProcesses, WorkingVmm } from "@forkd/core";
import {
  findProcess,
  isProcessAlive,
  killGroup,
  listPids,
  readProcessPath,
  readProgramName,
  waitUntilGone,
} from "@forkd/posix";
import { MACHINE_FILES } from "../machine-files.ts";

/** One of these: it works in a machine's directory before it has become a QEMU, too. */
const PROGRAMS = ["qemu-system-", "forkd-launcher"];

/** The QEMU processes that `/proc` shows. */
export const qemuProcesses: VmmProcesses = {
  isAlive: isProcessAlive,
  async list() {
    const vmms = await Promise.all((await listPids()).map(readVmm));
    return vmms.filter((vmm) => vmm !== undefined);
  },
  async end(name, { signal }) {
    killGroup(name);
    await orCancelled(waitUntilGone(name), signal, `ending process ${name.pid}`);
  },
};

/** Undefined for another program, and for a process that is gone or not ours to look at. */
async function readVmm(pid: number): Promise<WorkingVmm | undefined> {
  const program = await readProgramName(pid);
  if (!PROGRAMS.some((name) => program.startsWith(name))) return undefined;
  const directory = await findDirectory(pid);
  const name = directory === "" ? undefined : findProcess(pid);
  return name && { ...name, directory };
}

/** That of its log, which it prints to: where it has a root of its own, its working directory has no path here. */
async function findDirectory(pid: number): Promise<string> {
  const output = await readProcessPath(pid, "fd/1");
  return basename(output) === MACHINE_FILES.vmmLog ? dirname(output) : readProcessPath(pid, "cwd");
}
