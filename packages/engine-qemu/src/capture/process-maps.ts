import { readMounts } from "@forkd/posix";

/** Where a file lies in the address space of a process. */
export interface FileMapping {
  readonly start: number;
  readonly bytes: number;
  /** Copy-on-write: what the process writes does not reach the file. */
  readonly isPrivate: boolean;
  /** `major:minor` in decimal, as `/proc/self/mountinfo` has it. */
  readonly device: string;
}

const LINE = /^([0-9a-f]+)-([0-9a-f]+) r(w)[x-]([ps]) ([0-9a-f]+) ([0-9a-f]+):([0-9a-f]+) (\d+)/;

/**
 * Finds guest memory in `/proc/<pid>/maps`, proc(5): the only file that a VMM maps writable, whole, and of that size.
 * Its path is of no use, since the file may have been renamed or unlinked.
 */
export function parseGuestMapping(maps: string, memoryBytes: number): FileMapping | undefined {
  let found: (FileMapping & { inode: string }) | undefined;
  for (const line of maps.split("\n")) {
    const [, from = "", to = "", , sharing, offset = "", major = "", minor = "", inode = "0"] =
      LINE.exec(line) ?? [];
    if (inode === "0") continue;
    const start = parseInt(from, 16);
    const bytes = parseInt(to, 16) - start;
    const device = `${parseInt(major, 16)}:${parseInt(minor, 16)}`;
    // Advice on a part of a mapping makes the kernel list it in pieces.
    if (found?.inode === inode && found.start + found.bytes === start) {
      found = { ...found, bytes: found.bytes + bytes };
    } else if (parseInt(offset, 16) === 0) {
      found = { start, bytes, isPrivate: sharing === "p", device, inode };
    }
    if (found?.bytes === memoryBytes) return found;
  }
  return undefined;
}

/** Whether a device is a tmpfs. A memfd's is mounted nowhere. */
export async function isOnTmpfs(device: string): Promise<boolean> {
  return (await readMounts()).some((mount) => mount.device === device && mount.type === "tmpfs");
}
