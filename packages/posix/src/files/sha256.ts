import { createHash } from "node:crypto";
import type { BinaryLike } from "node:crypto";

/** The SHA-256 of what is in memory, in hex. */
export function sha256Of(value: BinaryLike): string {
  return createHash("sha256").update(value).digest("hex");
}
