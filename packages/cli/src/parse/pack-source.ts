import { resolve } from "node:path";
import { InvalidArgumentError } from "@commander-js/extra-typings";

/** Where a pack comes from. What looks like a path becomes an absolute one; the daemon reads all else. */
export function parsePackSource(text: string): string {
  if (/^[a-z]+:\/\//.test(text)) return text;
  const isPath = /^\.{0,2}\//.test(text) || text.endsWith(".tar.zst");
  return isPath ? resolve(text) : text;
}

/** A SHA-256 in hexadecimal digits, with or without `sha256:` before it. */
export function parseSha256(text: string): string {
  const digest = text.replace(/^sha256:/, "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new InvalidArgumentError("It must be 64 hexadecimal digits.");
  return digest;
}
