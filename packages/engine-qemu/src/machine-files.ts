import { open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import type { MachineSpec } from "@forkd/core";
import { SOCKET_PATH_LIMIT_BYTES } from "@forkd/posix";
import { createEmptyQcow2 } from "./disk/empty-qcow2.ts";

/** Names of the files in a machine's directory. */
export const MACHINE_FILES = {
  console: "console.log",
  vmmLog: "vmm.log",
  overlay: "disk.qcow2",
  qmpSocket: "qmp.sock",
  agentSocket: "agent.sock",
  /** What the VMM saves of CPUs and devices, on its way to a snapshot. */
  savedState: "device-state",
} as const;

/** Where a daemon finds the monitor of a machine that it did not start. */
export function monitorPath(directory: string): string {
  return join(directory, MACHINE_FILES.qmpSocket);
}

/** What must be there before the launcher opens it. */
export const LAUNCHED_FILES: readonly string[] = [MACHINE_FILES.overlay];

/** Makes the files that a machine writes, readable by nobody else. Throws when its sockets could not be reached. */
export async function createMachineFiles({
  directory,
  disk,
}: Pick<MachineSpec, "directory" | "disk">): Promise<void> {
  assertSocketPath(join(directory, MACHINE_FILES.agentSocket));
  await Promise.all([
    createEmptyQcow2(join(directory, MACHINE_FILES.overlay), disk.sizeBytes),
    open(join(directory, MACHINE_FILES.console), "a", 0o600).then((file) => file.close()),
  ]);
}

/** Makes a directory ready for a machine that goes on there: its disk and its logs stay. */
export async function clearMachineFiles(directory: string): Promise<void> {
  const { qmpSocket, agentSocket, savedState, overlay } = MACHINE_FILES;
  assertSocketPath(join(directory, agentSocket));
  await stat(join(directory, overlay));
  const stale = [qmpSocket, agentSocket, savedState];
  await Promise.all(stale.map((name) => rm(join(directory, name), { force: true })));
}

/** Removes what a machine that never was has left, so that another can be made there. */
export async function removeMachineFiles(directory: string): Promise<void> {
  await Promise.all(
    Object.values(MACHINE_FILES).map((name) => rm(join(directory, name), { recursive: true, force: true })),
  );
}

type MemoryFile = Pick<MachineSpec, "memoryPath" | "memoryMib">;

/** Makes the sparse file that is the memory of a machine that boots. */
export async function createMemoryFile({ memoryPath, memoryMib }: MemoryFile): Promise<void> {
  await using file = await open(memoryPath, "wx", 0o600);
  await file.truncate(bytesOf(memoryMib));
}

/** Refuses a memory file of another size: QEMU extends an empty one, and the guest would run on zeros. */
export async function assertMemoryFile({ memoryPath, memoryMib }: MemoryFile): Promise<void> {
  const { size } = await stat(memoryPath);
  if (size === bytesOf(memoryMib)) return;
  throw new Error(`its memory file ${memoryPath} has ${size} bytes instead of ${bytesOf(memoryMib)}`);
}

function assertSocketPath(path: string): void {
  const length = Buffer.byteLength(path);
  if (length <= SOCKET_PATH_LIMIT_BYTES) return;
  const reason = `the socket ${path} has a name of ${length} bytes, more than ${SOCKET_PATH_LIMIT_BYTES}`;
  throw new ForkdError("internal", { reason });
}

function bytesOf(mebibytes: number): number {
  return mebibytes * 1024 * 1024;
}
