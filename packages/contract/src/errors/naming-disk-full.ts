import { isDiskFull } from "./disk-full.ts";
import { ForkdError } from "./forkd-error.ts";

/** Runs `work`; a want of space in it becomes `disk_full` at `path`. `doing` completes "no space is left for …". */
export async function namingDiskFull<Value>(
  path: string,
  doing: string,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (isDiskFull(error)) throw new ForkdError("disk_full", { path, doing }, { cause: error });
    throw error;
  }
}
