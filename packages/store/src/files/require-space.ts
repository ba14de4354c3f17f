import { ForkdError } from "@forkd/contract";
import { readFreeBytes } from "@forkd/posix";

/** Throws `disk_full` before anything is written when it cannot fit. `doing` completes "no space is left for …". */
export async function requireSpace(path: string, bytes: number, doing: string): Promise<void> {
  if (bytes > (await readFreeBytes(path)))
    throw new ForkdError("disk_full", { path, doing: `${doing}, which takes ${bytes} bytes` });
}
