import { open } from "node:fs/promises";
import { ForkdError, reasonOf } from "@forkd/contract";

/** Writes a cgroup control file. The kernel takes a value in one write(2). Throws `memory_limit_unavailable`. */
export async function writeControl(path: string, value: string): Promise<void> {
  try {
    await using file = await open(path, "w");
    await file.write(value);
  } catch (error) {
    throw limitUnavailable(`${path} did not take '${value}': ${reasonOf(error)}`, error);
  }
}

/** The error of every limit that could not be put in force. */
export function limitUnavailable(why: string, cause?: unknown): ForkdError {
  return new ForkdError("memory_limit_unavailable", { why }, cause === undefined ? {} : { cause });
}
