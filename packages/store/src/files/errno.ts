import { ForkdError } from "@forkd/contract";

/** The `E…` name of a failed system call, or undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Whether a path names nothing, or goes through something that is no directory. */
export function isMissing(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === "ENOENT" || errno === "ENOTDIR";
}

/** Whether a write failed for want of space: of the file system, or of the user's quota. */
export function isNoSpace(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === "ENOSPC" || errno === "EDQUOT";
}

/** Runs `work`; a want of space in it becomes `disk_full` at `path`. `doing` completes "no space is left for …". */
export async function namingDiskFull<Value>(
  path: string,
  doing: string,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (isNoSpace(error)) throw new ForkdError("disk_full", { path, doing }, { cause: error });
    throw error;
  }
}
