import { sha256Of } from "@forkd/posix";

/** The SHA-256 of bytes in memory as OCI writes it: `sha256:…`. */
export function digestOf(bytes: Buffer | string): string {
  return `sha256:${sha256Of(bytes)}`;
}
