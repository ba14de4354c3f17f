import { auditEntrySchema } from "@forkd/contract";
import type { AuditEntry } from "@forkd/contract";
import { parseJsonNow } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import type { AuditLog } from "./audit-log.ts";
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

/** A log that is written while it is read. */
export type GrowingLog = Pick<AuditLog, "head" | "waitBehind">;

/**
 * The last line that there is, with those since then before it, and each that comes, until the signal aborts. It is read
 * of the files, so a reader may be as slow as it likes.
 */
export async function* followEntries(
  log: GrowingLog,
  { directory, sinceUnixMs }: { readonly directory: string; readonly sinceUnixMs: number },
  { signal }: CallOptions,
): AsyncGenerator<AuditEntry> {
  const { seq: firstSeq } = log.head;
  let [at] = await listSince(directory, sinceUnixMs);
  let position = 0;
  while (!signal.aborted) {
    const { seq } = log.head;
    // Listed before it is read: one that has another behind it by then is whole.
    const segments = (await listSegments(directory)).filter((each) => each.firstSeq >= (at?.firstSeq ?? 0));
    for (const segment of segments) {
      if (segment.firstSeq !== at?.firstSeq) position = 0;
      at = segment;
      for await (const line of readLines(segment.path, position)) {
        position += line.length + 1;
        const entry = readEntry(line);
        if (entry && (entry.seq >= firstSeq || entry.at_unix_ms >= sinceUnixMs)) yield entry;
      }
    }
    await log.waitBehind(seq, { signal });
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
