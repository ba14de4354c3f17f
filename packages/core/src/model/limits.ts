import type { SandboxInfo } from "@forkd/contract";
import type { DiskLimits } from "../ports/engine.ts";
import type { HostLimits } from "../ports/limits.ts";

/** The most that a machine may take. Null: as much as there is. */
export type MachineLimits = HostLimits & DiskLimits;

type WireLimits = Pick<
  SandboxInfo,
  | "memory_limit_mib"
  | "swap_limit_mib"
  | "cpu_limit"
  | "task_limit"
  | "disk_read_bytes_per_sec"
  | "disk_write_bytes_per_sec"
  | "disk_read_ops_per_sec"
  | "disk_write_ops_per_sec"
>;

/** What each limit is called by the API. */
const WIRE_NAMES: { readonly [Field in keyof MachineLimits]: keyof WireLimits } = {
  memoryLimitMib: "memory_limit_mib",
  swapLimitMib: "swap_limit_mib",
  cpuLimit: "cpu_limit",
  taskLimit: "task_limit",
  diskReadBytesPerSec: "disk_read_bytes_per_sec",
  diskWriteBytesPerSec: "disk_write_bytes_per_sec",
  diskReadOpsPerSec: "disk_read_ops_per_sec",
  diskWriteOpsPerSec: "disk_write_ops_per_sec",
};

const NAMES = Object.entries(WIRE_NAMES) as [keyof MachineLimits, keyof WireLimits][];

/** The limits that a fork or a change asks for; of those it does not tell, the ones that are known. */
export function limitsOf(
  asked: { readonly [Name in keyof WireLimits]?: number | null | undefined },
  known: Partial<MachineLimits> = {},
): MachineLimits {
  const limitOf = ([field, name]: (typeof NAMES)[number]): [string, number | null] => {
    const limit = asked[name];
    return [field, limit === undefined ? (known[field] ?? null) : limit];
  };
  return Object.fromEntries(NAMES.map(limitOf)) as unknown as MachineLimits;
}

/** The limits of a machine as the API shows them. */
export function describeLimits(limits: Partial<MachineLimits>): WireLimits {
  return Object.fromEntries(
    NAMES.map(([field, name]) => [name, limits[field] ?? null]),
  ) as unknown as WireLimits;
}

/** Whether a change is of limits. */
export function changesLimits(update: object): boolean {
  return NAMES.some(([, name]) => (update as Record<string, unknown>)[name] !== undefined);
}

const DISK_FIELDS = [
  "diskReadBytesPerSec",
  "diskWriteBytesPerSec",
  "diskReadOpsPerSec",
  "diskWriteOpsPerSec",
] as const satisfies readonly (keyof DiskLimits)[];

/** Whether a disk has a limit. */
export function isDiskLimited(limits: DiskLimits): boolean {
  return DISK_FIELDS.some((field) => limits[field] !== null);
}

/** Whether both are the same to a disk. */
export function isSameDisk(from: DiskLimits, to: DiskLimits): boolean {
  return DISK_FIELDS.every((field) => from[field] === to[field]);
}
