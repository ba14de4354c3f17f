import { open } from "node:fs/promises";
import { ForkdError, reasonOf } from "@forkd/contract";
import type { LimitKind } from "@forkd/core";

/** Writes a control file of a cgroup for a limit of this kind. The kernel takes a value in one write(2). */
export async function writeControl(kind: LimitKind, path: string, value: string): Promise<void> {
  try {
    await using file = await open(path, "w");
    await file.write(value);
  } catch (error) {
    throw limitUnavailable(kind, `${path} did not take '${value}': ${reasonOf(error)}`, error);
  }
}

/** The error of every limit that could not be put in force: `memory_limit_unavailable`, `limit_unavailable`. */
export function limitUnavailable(kind: LimitKind, why: string, cause?: unknown): ForkdError {
  const options = cause === undefined ? {} : { cause };
  return kind === "memory"
    ? new ForkdError("memory_limit_unavailable", { why }, options)
    : new ForkdError("limit_unavailable", { limit: kind, why }, options);
}
