import { ForkdError, isForkdError } from "@forkd/contract";
import { MemoryLayerError, throwIfAborted } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { PackFormatError } from "../format/pack-format-error.ts";

/** What the store says of a chain or image that does not fit together; while one is brought in, that is the pack's. */
const STORE_CODES: ReadonlySet<string> = new Set(["snapshot_corrupt", "image_corrupt", "chain_too_deep"]);

/** Does work that reads a pack; what is wrong with the pack becomes `pack_invalid`, and an abort `cancelled`. */
export async function attributeErrors<Value>(
  source: string,
  work: () => Promise<Value>,
  { signal }: CallOptions,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const why = faultOf(error);
    if (why !== undefined) throw new ForkdError("pack_invalid", { source, why }, { cause: error });
    if (isForkdError(error)) throw error;
    throwIfAborted(signal, `reading ${source}`);
    throw error;
  }
}

function faultOf(error: unknown): string | undefined {
  if (error instanceof PackFormatError) return error.message;
  if (error instanceof MemoryLayerError) return `a blob ${error.message}`;
  return isForkdError(error) && STORE_CODES.has(error.code) ? error.message : undefined;
}
