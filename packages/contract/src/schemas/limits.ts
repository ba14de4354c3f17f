import { z } from "zod";

const MAX_MIB = 1_048_576;

const mib = z.number().int().max(MAX_MIB);
const perSecond = z.number().int().min(1).max(1_000_000_000_000);
/** What is read at once is waited for as a whole: with a few bytes a second a guest would not start for hours. */
const bytesPerSecond = perSecond.min(65_536);

export const SWAP_ALONE = "is of a memory limit: say memory_limit_mib too";

/** The most that a machine may take of its host. Null: as much as there is. */
const limits = {
  memory_limit_mib: mib.min(1).nullable(),
  swap_limit_mib: mib.min(0).nullable(),
  cpu_limit: z.number().min(0.01).max(1024).nullable(),
  task_limit: z.number().int().min(1).max(4_194_304).nullable(),
  disk_read_bytes_per_sec: bytesPerSecond.nullable(),
  disk_write_bytes_per_sec: bytesPerSecond.nullable(),
  disk_read_ops_per_sec: perSecond.nullable(),
  disk_write_ops_per_sec: perSecond.nullable(),
};

export type LimitField = keyof typeof limits;
export type LimitedMemory = Readonly<Record<"memory_limit_mib" | "swap_limit_mib", number | null>>;

const DESCRIPTIONS: Readonly<Record<LimitField, string>> = {
  memory_limit_mib:
    "A hard limit for guest and VMM together, at least the guest's memory. One that leaves the VMM less than 64 MiB is raised to that; the answer tells it. The fork fails if it cannot be put in force.",
  swap_limit_mib: "How much of its memory may be swapped out beside its memory limit; null: none of it.",
  cpu_limit: "How many CPUs' time it may take, such as 0.5.",
  task_limit: "How many threads and processes its VMM may have.",
  disk_read_bytes_per_sec: "How much its guest may read of its disk in a second.",
  disk_write_bytes_per_sec: "How much its guest may write to its disk in a second.",
  disk_read_ops_per_sec: "How often its guest may read of its disk in a second.",
  disk_write_ops_per_sec: "How often its guest may write to its disk in a second.",
};

/** What a fork asks for. */
export const limitFields = mapLimits((field) => limits[field].default(null));

/** What a change asks for: what is not told stays as it is. */
export const limitChangeFields = mapLimits((field) => limits[field].optional());

/** What a machine has. */
export const limitInfoFields = mapLimits((field) => limits[field]);

/** Swap is counted with the memory that is limited. */
export function checkSwap(
  { memory_limit_mib: memory, swap_limit_mib: swap }: LimitedMemory,
  context: z.RefinementCtx,
): void {
  if (swap !== null && memory === null)
    context.addIssue({ code: "custom", path: ["swap_limit_mib"], message: SWAP_ALONE });
}

function mapLimits<Schema extends z.ZodType>(
  schemaOf: (field: LimitField) => Schema,
): { [Field in LimitField]: Schema } {
  const entries = Object.entries(DESCRIPTIONS).map(([field, description]) => [
    field,
    schemaOf(field as LimitField).meta({ description }),
  ]);
  return Object.fromEntries(entries) as { [Field in LimitField]: Schema };
}
