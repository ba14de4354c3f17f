interface DiskFull extends Error {
  readonly path?: string;
  readonly syscall?: string;
}

/** Whether a system call failed for want of space, of the file system or of the user's quota: errno(3). */
export function isDiskFull(value: unknown): value is DiskFull {
  return value instanceof Error && "code" in value && (value.code === "ENOSPC" || value.code === "EDQUOT");
}
