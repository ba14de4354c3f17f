import { readFile } from "node:fs/promises";

/** A mount, as this process sees it. */
export interface Mount {
  /** `major:minor` of what is mounted. */
  readonly device: string;
  /** What of the file system is mounted: `/`, or a part of it. */
  readonly root: string;
  readonly point: string;
  /** The file system's: `ext4`, `tmpfs`, `cgroup2`. */
  readonly type: string;
  /** The file system's own options. */
  readonly options: readonly string[];
}

/** All mounts that this process sees. */
export async function readMounts(): Promise<Mount[]> {
  return parseMountInfo(await readFile("/proc/self/mountinfo", "utf8"));
}

/** proc_pid_mountinfo(5): space, tab, newline and \ are octal escapes; optional fields end at ` - `. */
export function parseMountInfo(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [left = "", right = ""] = line.split(" - ");
    const [, , device = "", root = "", point] = left.split(" ").map(unescapeOctal);
    const [type = "", , options = ""] = right.split(" ").map(unescapeOctal);
    return point === undefined ? [] : [{ device, root, point, type, options: options.split(",") }];
  });
}

/** The mount points at `path`, a path without links, and below it. */
export function listPointsBelow(path: string, mounts: readonly Mount[]): string[] {
  return mounts.map(({ point }) => point).filter((point) => point === path || point.startsWith(`${path}/`));
}

function unescapeOctal(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
