import { join } from "node:path";
import { isProcessAlive, killProcess, readShortFile, replaceFile, waitUntilGone } from "@forkd/posix";
import type { ProcessName } from "@forkd/posix";
import { z } from "zod";

const NOTE = "processes.json";
/** Nothing that we write is nearly as long. */
const NOTE_LIMIT_BYTES = 4096;
/** How long a process is waited for that was killed. */
const END_TIMEOUT_MS = 10_000;

const processSchema = z.object({ pid: z.number().int().min(2), startTicks: z.string() });
const noteSchema = z.object({ bootId: z.string(), outside: processSchema, inside: processSchema });

/**
 * The processes of a network, which a daemon of root ends: so they cannot reach the note. One is
 * pasta(1), the other the first in the namespace, with which all others there end.
 */
export interface UserNote {
  readonly bootId: string;
  readonly outside: ProcessName;
  readonly inside: ProcessName;
}

export async function writeNote(directory: string, note: UserNote): Promise<void> {
  await replaceFile(join(directory, NOTE), JSON.stringify(note), "untilReboot");
}

/** Undefined where there is none of this boot; one that a power cut left half-written is of an earlier. */
export async function readNote(directory: string, bootId: string): Promise<UserNote | undefined> {
  try {
    const bytes = await readShortFile(join(directory, NOTE), NOTE_LIMIT_BYTES, (why) => new Error(why));
    const note = bytes && noteSchema.parse(JSON.parse(bytes.toString()));
    return note?.bootId === bootId ? note : undefined;
  } catch {
    return undefined;
  }
}

export function isNetworkAlive({ inside, outside }: UserNote): boolean {
  return isProcessAlive(inside) && isProcessAlive(outside);
}

/** Ends all processes of a network. */
export async function endNetwork({ inside, outside }: UserNote): Promise<void> {
  for (const name of [inside, outside]) killProcess(name);
  await Promise.all([inside, outside].map((name) => waitUntilGone(name, { timeoutMs: END_TIMEOUT_MS })));
}
