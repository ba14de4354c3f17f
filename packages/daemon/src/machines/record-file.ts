import type { SandboxId } from "@forkd/contract";
import { sandboxRecordSchema } from "@forkd/core";
import type { RecordState, SandboxRecord } from "@forkd/core";
import { sha256Of } from "@forkd/posix";
import { z } from "zod";

const VERSION = 3;
/** What these lack has a default. */
const READ_VERSIONS: readonly number[] = [1, 2, VERSION];

const fileSchema = z.object({
  version: z.number().int(),
  sha256: z.string(),
  bootId: z.string().optional(),
  record: z.unknown(),
});

/**
 * A record as its file has it: with the version of its form, the boot of the host that its process is of, and a digest
 * that one altered byte breaks.
 */
export function formatRecord(record: SandboxRecord, bootId: string): string {
  return JSON.stringify({ version: VERSION, sha256: digestOf(record, VERSION, bootId), bootId, record });
}

export interface ReadRecord {
  readonly record: RecordState;
  /** The boot of the host that its process is of, where it says so. */
  readonly of?: string | undefined;
}

/** Reads the text of a record's file. What cannot be trusted is damaged, never absent. */
export function parseRecord(text: string, id: SandboxId): ReadRecord {
  const file = fileSchema.safeParse(parseJson(text)).data;
  if (file === undefined) return { record: damaged("its record cannot be read", undefined) };
  const record = checkRecord(file, id);
  return { record, of: record.kind === "whole" ? file.bootId : undefined };
}

function checkRecord(
  { version, sha256, bootId, record }: z.infer<typeof fileSchema>,
  id: SandboxId,
): RecordState {
  if (!READ_VERSIONS.includes(version)) {
    const readable = READ_VERSIONS.join(", ");
    return damaged(`its record is of version ${version}, and this daemon reads ${readable}`, record);
  }
  if (sha256 !== digestOf(record, version, bootId))
    return damaged("its record is damaged: the digest differs", record);
  const parsed = sandboxRecordSchema.safeParse(record);
  if (!parsed.success) return damaged("its record is incomplete", record);
  if (parsed.data.id !== id) return damaged(`its record is that of ${parsed.data.id}`, undefined);
  return { kind: "whole", record: parsed.data };
}

export function damaged(why: string, record: unknown): RecordState {
  return { kind: "damaged", why, known: salvage(record) };
}

/** The fields that are still of their kind. */
function salvage(record: unknown): Partial<SandboxRecord> {
  if (typeof record !== "object" || record === null) return {};
  const values = record as Readonly<Record<string, unknown>>;
  const readable = Object.entries(sandboxRecordSchema.shape).filter(
    ([name, schema]) => schema.safeParse(values[name]).success,
  );
  return Object.fromEntries(readable.map(([name]) => [name, values[name]]));
}

/** Keys keep their order through JSON, so a record that was read has the digest of the one that was written. */
function digestOf(record: unknown, version: number, bootId: string | undefined): string {
  return sha256Of(JSON.stringify(bootId === undefined ? record : [version, bootId, record]) ?? "");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
