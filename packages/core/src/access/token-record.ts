import type { Scope, TokenInfo } from "@forkd/contract";

/** What is kept of a token. Its secret is not. */
export interface TokenRecord {
  readonly name: string;
  readonly scope: Scope;
  /** Of the secret, in hex. Secrets have 160 random bits, so no slower digest is needed. */
  readonly sha256: string;
  readonly createdAtUnix: number;
  readonly expiresAtUnix: number | null;
  /** Null: its holder sees everything. */
  readonly tenant: string | null;
}

/** Where tokens are kept. */
export interface TokenStore {
  read(): Promise<TokenRecord[]>;
  /** Replaces all of them, so that they are there after a power failure. */
  write(records: readonly TokenRecord[]): Promise<void>;
}

/** A token as the API shows it. */
export function describeToken({ name, scope, createdAtUnix, expiresAtUnix, tenant }: TokenRecord): TokenInfo {
  return { name, scope, created_at_unix: createdAtUnix, expires_at_unix: expiresAtUnix, tenant };
}
