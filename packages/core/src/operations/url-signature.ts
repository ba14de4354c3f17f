import { createHmac } from "node:crypto";
import { ForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { equalSecrets } from "../access/equal-secrets.ts";

/** What a signed URL lets its holder do. */
export interface SignedAccess {
  readonly method: "GET" | "PUT";
  readonly id: SandboxId;
  readonly path: string;
  readonly user?: string | undefined;
  readonly expiresAtUnix: number;
}

/** What a URL says of its signature. */
export interface UrlSignature {
  readonly signature?: string | undefined;
  readonly signature_expiration?: number | undefined;
}

/** The signature of a URL, for its query. */
export function signAccess(key: Uint8Array, { method, id, path, user, expiresAtUnix }: SignedAccess): string {
  const text = JSON.stringify([method, id, path, user ?? null, expiresAtUnix]);
  return `v1_${createHmac("sha256", key).update(text).digest("base64url")}`;
}

/** Throws `signature_refused` when a URL was signed for anything else, or is too old. */
export function requireSignature(
  key: Uint8Array,
  { signature = "", signature_expiration: expiresAtUnix }: UrlSignature,
  access: Omit<SignedAccess, "expiresAtUnix">,
): void {
  if (expiresAtUnix === undefined)
    throw new ForkdError("signature_refused", { why: "it does not say until when" });
  const wanted = signAccess(key, { ...access, expiresAtUnix });
  if (!equalSecrets(wanted, signature))
    throw new ForkdError("signature_refused", { why: "it is not of this request" });
  if (Date.now() / 1000 > expiresAtUnix) {
    const at = new Date(expiresAtUnix * 1000).toISOString();
    throw new ForkdError("signature_refused", { why: `it was good until ${at}` });
  }
}
