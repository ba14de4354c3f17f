import type { AuditReport } from "@forkd/contract";
import { parseJsonNow } from "@forkd/core";
import { z } from "zod";
import { digestOf, NOTHING_BEFORE } from "./audit-log.ts";
import type { AuditHead } from "./audit-log.ts";
import { readLines } from "./read-lines.ts";
import { listSegments } from "./segments.ts";
import type { Segment } from "./segments.ts";

const linkSchema = z.object({ seq: z.number().int(), prev: z.string() });

export interface Expected {
  /** The last line that the daemon has written itself. */
  readonly head?: AuditHead | undefined;
  /** The digest of a line that must be there. */
  readonly contains?: string | undefined;
}

type Fault = NonNullable<AuditReport["fault"]>;

interface Walk {
  firstSeq: number | null;
  entries: number;
  head: AuditHead | null;
  hasWanted: boolean;
}

/** Reads the whole chain. It stands alone where older files were removed, and says from which line on. */
export async function verifyChain(
  directory: string,
  { head: written, contains }: Expected,
): Promise<Omit<AuditReport, "recording">> {
  const segments = await listSegments(directory);
  const walk: Walk = { firstSeq: null, entries: 0, head: null, hasWanted: contains === undefined };
  const fault =
    (await walkAll(segments, walk, { head: written, contains })) ?? findLack(segments, walk, written);
  const { entries, firstSeq: first_seq, head } = walk;
  return { sound: fault === null, directory, files: segments.length, entries, first_seq, head, fault };
}

async function walkAll(segments: readonly Segment[], walk: Walk, expected: Expected): Promise<Fault | null> {
  for (const segment of segments) {
    let line = 0;
    try {
      for await (const bytes of readLines(segment.path)) {
        // What has come since is not looked at.
        if (walk.head !== null && walk.head.seq === expected.head?.seq) return null;
        line += 1;
        const why = addLine(walk, bytes, { seq: segment.firstSeq + line - 1, contains: expected.contains });
        if (why !== undefined) return { file: segment.name, line, why };
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { file: segment.name, line: line + 1, why: `is ${error.message}` };
    }
  }
  return null;
}

/** Why a line does not follow; `seq` is the place that it has by its file's name. */
function addLine(
  walk: Walk,
  bytes: Buffer,
  { seq, contains }: { seq: number; contains: string | undefined },
) {
  const link = readLink(bytes);
  if (link === undefined) return "is no line of an audit";
  const before = walk.head ?? (seq === 1 ? { seq: 0, sha256: NOTHING_BEFORE } : undefined);
  const expected = before === undefined ? seq : before.seq + 1;
  if (link.seq !== expected) return `is line ${link.seq} of the audit, where ${expected} should be`;
  if (before !== undefined && link.prev !== before.sha256)
    return `does not follow: line ${before.seq} was altered, or this one`;
  const sha256 = digestOf(bytes);
  walk.head = { seq: link.seq, sha256 };
  walk.firstSeq ??= link.seq;
  walk.entries += 1;
  walk.hasWanted ||= sha256 === contains;
  return undefined;
}

function readLink(bytes: Buffer): z.output<typeof linkSchema> | undefined {
  try {
    return linkSchema.safeParse(parseJsonNow(bytes)).data;
  } catch {
    return undefined;
  }
}

/** What no line shows: that the last ones are gone, or all were written anew. */
function findLack(segments: readonly Segment[], walk: Walk, written: AuditHead | undefined): Fault | null {
  const at = { file: segments.at(-1)?.name ?? "", line: walk.entries };
  const last = walk.head?.seq ?? 0;
  if (written && last < written.seq)
    return { ...at, why: `is the last, and this daemon has written up to ${written.seq}` };
  if (written && walk.head?.sha256 !== written.sha256)
    return { ...at, why: "is another than this daemon has written" };
  if (!walk.hasWanted) return { ...at, why: "is the last, and none has the digest that was asked for" };
  return null;
}
