import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ForkdError } from "@forkd/contract";
import { equalSecrets } from "@forkd/core";
import type { FileQuery } from "./file-query.ts";

const TRAILING_PADDING = /=+$/;

/** The signature that the holder of a sandbox's token makes for a URL. */
export function signFile(
  token: string,
  operation: "read" | "write",
  { path = "", username = "", expiresAtUnix }: Omit<FileQuery, "signature">,
): string {
  const parts = [path, operation, username, token, ...(expiresAtUnix === undefined ? [] : [expiresAtUnix])];
  const digest = createHash("sha256").update(parts.join(":")).digest("base64");
  return `v1_${digest.replace(TRAILING_PADDING, "")}`;
}

/** Whether that is the signature of a request. */
export function isSignedWith(
  token: string,
  { method }: Pick<IncomingMessage, "method">,
  query: FileQuery,
): boolean {
  const { signature = "" } = query;
  return equalSecrets(signFile(token, method === "POST" ? "write" : "read", query), signature);
}

/** Throws `unauthenticated` for a URL that was signed for anything else, or is too old. */
export function requireFileSignature(
  token: string,
  request: Pick<IncomingMessage, "method">,
  query: FileQuery,
): void {
  const { expiresAtUnix } = query;
  const refuse = (why: string): ForkdError => new ForkdError("unauthenticated", { why });
  if (!isSignedWith(token, request, query)) throw refuse("the signature of the URL is not of this request");
  if (expiresAtUnix !== undefined && Date.now() / 1000 > expiresAtUnix)
    throw refuse(`the URL was good until ${new Date(expiresAtUnix * 1000).toISOString()}`);
}
