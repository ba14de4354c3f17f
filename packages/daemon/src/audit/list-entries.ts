import { auditEntrySchema } from "@forkd/contract";
import type { AuditEntry } from "@forkd/contract";
import { parseJsonNow } from "@forkd/core";
import { readLines } from "./read-lines.ts";
import { listSegments } from "./segments.ts";
import type { Segment } from "./segments.ts";

/** What was recorded since then, the oldest first. A line that is none is left out: to find these is for a verification. */
export async function* listEntries(directory: string, sinceUnixMs: number): AsyncGenerator<AuditEntry> {
  for (const { path } of await listSince(directory, sinceUnixMs))
    for await (const line of readLines(path)) {
      const entry = readEntry(line);
      if (entry && entry.at_unix_ms >= sinceUnixMs) yield entry;
    }
}

/** Those from the last that begins no later on. */
async function listSince(directory: string, sinceUnixMs: number): Promise<Segment[]> {
  const segments = await listSegments(directory);
  let first = segments.length - 1;
  while (first > 0 && (await beginOf(segments[first]!)) > sinceUnixMs) first -= 1;
  return segments.slice(Math.max(first, 0));
}

async function beginOf({ path }: Segment): Promise<number> {
  for await (const line of readLines(path)) return readEntry(line)?.at_unix_ms ?? Infinity;
  return Infinity;
}

function readEntry(line: Buffer): AuditEntry | undefined {
  try {
    return auditEntrySchema.safeParse(parseJsonNow(line)).data;
  } catch {
    return undefined;
  }
}
