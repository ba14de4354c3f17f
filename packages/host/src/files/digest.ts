import type { BinaryLike } from "node:crypto";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/** The SHA-256 of a value in hex. */
export function digest(value: BinaryLike): string {
  return createHash("sha256").update(value).digest("hex");
}

/** The SHA-256 of a file in hex. */
export async function digestFile(path: string, options: { signal: AbortSignal }): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash, options);
  return hash.digest("hex");
}
