/** The `E…` name of a failed system call, or undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Whether a system call failed for one of these reasons. */
export function hasErrno(error: unknown, ...names: readonly string[]): boolean {
  const errno = errnoOf(error);
  return errno !== undefined && names.includes(errno);
}

/** Whether a path names nothing, or goes through something that is no directory. */
export function isMissing(error: unknown): boolean {
  return hasErrno(error, "ENOENT", "ENOTDIR");
}

/** What `work` gives; undefined where the path that it works on names nothing. */
export async function unlessMissing<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
