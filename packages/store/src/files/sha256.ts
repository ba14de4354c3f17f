import { createHash } from "node:crypto";

/** The SHA-256 of bytes in memory, in hex. */
export function sha256Of(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The same as OCI writes it: `sha256:…`. */
export function digestOf(bytes: Buffer | string): string {
  return `sha256:${sha256Of(bytes)}`;
}
