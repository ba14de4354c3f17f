import type { IncomingMessage } from "node:http";
import { ForkdError } from "@forkd/contract";

/** What a URL of `/files` says. */
export interface FileQuery {
  readonly path: string | undefined;
  readonly username: string | undefined;
  readonly signature: string | undefined;
  /** When the signature ends, in seconds since 1970. */
  readonly expiresAtUnix: number | undefined;
}

/** Throws `invalid_request`. */
export function readFileQuery({ url = "" }: Pick<IncomingMessage, "url">): FileQuery {
  const query = new URLSearchParams(url.split("?").slice(1).join("?"));
  const find = (name: string): string | undefined => query.get(name) ?? undefined;
  const expiration = find("signature_expiration");
  if (expiration !== undefined && !/^\d{1,12}$/.test(expiration))
    throw invalid("signature_expiration", "is no number of seconds");
  return {
    path: find("path"),
    username: find("username") || undefined,
    signature: find("signature"),
    expiresAtUnix: expiration === undefined ? undefined : Number(expiration),
  };
}

export function invalid(path: string, message: string): ForkdError {
  return new ForkdError("invalid_request", { issues: [{ path, message }] });
}
