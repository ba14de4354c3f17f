import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostLimits } from "@forkd/core";
import { readIfPresent } from "@forkd/posix";
import { limitUnavailable, writeControl } from "./control-file.ts";
import type { ControlledGroup } from "./controlled-group.ts";

type MemoryLimits = Pick<HostLimits, "memoryLimitMib" | "swapLimitMib">;

const MIB = 1024 ** 2;

/** Sets the limit of a group and how much of it may be swapped out, and reads the limit back. */
export async function limitMemory(group: ControlledGroup, limits: MemoryLimits): Promise<void> {
  const { memoryLimitMib } = limits;
  const limitBytes = memoryLimitMib === null ? undefined : memoryLimitMib * MIB;
  const swapBytes = (limits.swapLimitMib ?? 0) * MIB;
  const file = join(group.path, group.version === 2 ? "memory.max" : "memory.limit_in_bytes");
  if (group.version === 2) await limitUnified(group.path, limitBytes, swapBytes);
  else await limitWithSwap(group.path, limitBytes, swapBytes);
  if (limitBytes === undefined) return;
  const inForce = Number(await readFile(file, "utf8"));
  if (inForce !== limitBytes)
    throw limitUnavailable("memory", `${group.path} says ${inForce} bytes after ${limitBytes} were set`);
}

/** In v2 swap has a limit of its own. */
async function limitUnified(path: string, limitBytes: number | undefined, swapBytes: number): Promise<void> {
  const swap = join(path, "memory.swap.max");
  await writeControl("memory", join(path, "memory.max"), String(limitBytes ?? "max"));
  if ((await readIfPresent(swap)) !== undefined)
    await writeControl("memory", swap, limitBytes === undefined ? "max" : String(swapBytes));
  else refuseSwap(path, swapBytes);
}

/** In v1 one limit is of memory, the other of memory with swap, which is never the lower one. */
async function limitWithSwap(path: string, limitBytes: number | undefined, swapBytes: number): Promise<void> {
  const withSwap = join(path, "memory.memsw.limit_in_bytes");
  const sumBytes = limitBytes === undefined ? Infinity : limitBytes + swapBytes;
  const known = await readIfPresent(withSwap);
  const setLimit = (): Promise<void> =>
    writeControl("memory", join(path, "memory.limit_in_bytes"), String(limitBytes ?? -1));
  if (known === undefined) {
    refuseSwap(path, swapBytes);
    await setLimit();
    // Without accounts of swap it can only be told not to swap.
    await writeControl("memory", join(path, "memory.swappiness"), limitBytes === undefined ? "60" : "0");
    return;
  }
  const setSum = (): Promise<void> =>
    writeControl("memory", withSwap, sumBytes === Infinity ? "-1" : String(sumBytes));
  for (const set of sumBytes > Number(known) ? [setSum, setLimit] : [setLimit, setSum]) await set();
}

function refuseSwap(path: string, swapBytes: number): void {
  if (swapBytes > 0) throw limitUnavailable("memory", `the kernel keeps no account of swap in ${path}`);
}

/** `oom_kill` in `memory.events` (v2) or `memory.oom_control` (v1). */
export async function readOomKills({ version, path }: ControlledGroup): Promise<number> {
  const file = version === 2 ? "memory.events" : "memory.oom_control";
  const text = (await readIfPresent(join(path, file))) ?? "";
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}
