import { statfs } from "node:fs/promises";
import { ForkdError } from "@forkd/contract";

/** Throws `disk_full` before anything is written when it cannot fit. `doing` completes "no space is left for …". */
export async function requireSpace(path: string, bytes: number, doing: string): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  if (bytes > bavail * bsize)
    throw new ForkdError("disk_full", { path, doing: `${doing}, which takes ${bytes} bytes` });
}
