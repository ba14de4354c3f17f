import type { DiskChain } from "@forkd/core";
import { descriptorPath, FIRST_FILE_FD, OVERLAY_FD } from "./descriptors.ts";

/** What QEMU calls the guest's disk. */
export const DISK_ID = "disk";

/**
 * The chain of block nodes as options. Each backing node is named here and none in a qcow2 header, so layers can be
 * moved and packed, and a hostile header cannot name a file of the host.
 *
 * Data goes through the page cache, which all children of a snapshot share. `no-flush` drops the guest's flushes:
 * they would be for a crash of the host, which no machine outlives; a frozen layer is fsynced by the store. Metadata
 * still reaches the page cache, so the file is consistent when only QEMU dies.
 */
export function blockNodeArgv(disk: DiskChain): string[] {
  const readOnlyFiles = listDiskFiles(disk);
  const nodes = [
    ...readOnlyFiles.flatMap((_, index) => [
      fileNode(`file${index}`, FIRST_FILE_FD + index, true),
      index === 0
        ? { driver: "raw", "node-name": "layer0", file: "file0", "read-only": true }
        : qcow2Node(index, true),
    ]),
    fileNode(`file${readOnlyFiles.length}`, OVERLAY_FD, false),
    qcow2Node(readOnlyFiles.length, false),
  ];
  return [
    ...nodes.flatMap((node) => ["-blockdev", JSON.stringify(node)]),
    "-device",
    JSON.stringify(diskDevice(`layer${readOnlyFiles.length}`)),
  ];
}

/** What a disk is read from, lowest first; QEMU has these from `FIRST_FILE_FD` on. */
export function listDiskFiles({ base, layers }: DiskChain): string[] {
  return [base, ...layers];
}

function fileNode(name: string, fd: number, isReadOnly: boolean): object {
  return {
    driver: "file",
    "node-name": name,
    filename: descriptorPath(fd),
    aio: "threads",
    "read-only": isReadOnly,
    ...(isReadOnly ? {} : WRITABLE),
  };
}

function qcow2Node(index: number, isReadOnly: boolean): object {
  return {
    driver: "qcow2",
    "node-name": `layer${index}`,
    file: `file${index}`,
    backing: `layer${index - 1}`,
    "read-only": isReadOnly,
    ...(isReadOnly ? {} : { ...WRITABLE, "detect-zeroes": "unmap" }),
  };
}

/** Trimmed and zeroed blocks free their space, so that a snapshot holds only what is in use. */
const WRITABLE = { discard: "unmap", cache: { "no-flush": true } } as const;

/** An I/O error, a full host disk above all, is reported to the guest; it neither stops nor ends the machine. */
function diskDevice(drive: string): object {
  return {
    driver: "virtio-blk-device",
    id: DISK_ID,
    drive,
    "num-queues": 1,
    werror: "report",
    rerror: "report",
  };
}
