import { ForkdError } from "@forkd/contract";
import { hasCode } from "./file-access.ts";

/** Rethrows an error, as `disk_full` when the host ran out of space. */
export function rethrowDiskFull(error: unknown, path: string, doing: string): never {
  if (hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT")) {
    throw new ForkdError("disk_full", { path, doing }, { cause: error });
  }
  throw error;
}
