import { createHash, randomBytes } from "node:crypto";
import { ForkdError } from "@forkd/contract";
import type { TokenRequest } from "@forkd/contract";
import { Semaphore } from "../concurrency/semaphore.ts";
import type { CallOptions } from "../ports/options.ts";
import type { TokenRecord, TokenStore } from "./token-record.ts";

/** What the secret of every token begins with; hex digits follow. */
export const TOKEN_PREFIX = "forkd_";
const SECRET_BYTES = 20;

/** A token, and its secret, which is told once. */
export interface NewToken {
  readonly record: TokenRecord;
  readonly secret: string;
}

/** Who may use the API without being the local user, by the digests of their secrets. */
export class TokenBook {
  readonly #store: TokenStore;
  readonly #turn = new Semaphore(1);
  #byDigest: ReadonlyMap<string, TokenRecord>;

  /** Reads what is kept. Throws when that is damaged: who was let in is not to be guessed. */
  static async open(store: TokenStore): Promise<TokenBook> {
    return new TokenBook(store, await store.read());
  }

  private constructor(store: TokenStore, records: readonly TokenRecord[]) {
    this.#store = store;
    this.#byDigest = index(records);
  }

  /** By their names. */
  list(): TokenRecord[] {
    return [...this.#byDigest.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The token of a secret, expired or not. A digest is looked up, so the time that it takes tells nothing of others. */
  find(secret: string): TokenRecord | undefined {
    return this.#byDigest.get(digestOf(secret));
  }

  /** Whether a token that was found is still good. */
  isGood({ sha256, expiresAtUnix }: TokenRecord): boolean {
    return this.#byDigest.has(sha256) && (expiresAtUnix === null || Date.now() / 1000 < expiresAtUnix);
  }

  /** Throws `token_name_taken`, unless the one of that name has expired. */
  async create(
    { name, scope, ttl_secs: ttlSecs, tenant }: TokenRequest,
    options: CallOptions,
  ): Promise<NewToken> {
    using _ = await this.#turn.acquire("the list of tokens", options);
    const others = this.list().filter((record) => record.name !== name || this.isGood(record));
    if (others.some((record) => record.name === name)) throw new ForkdError("token_name_taken", { name });
    const secret = TOKEN_PREFIX + randomBytes(SECRET_BYTES).toString("hex");
    const createdAtUnix = Math.floor(Date.now() / 1000);
    const expiresAtUnix = ttlSecs === null ? null : createdAtUnix + Math.ceil(ttlSecs);
    const sha256 = digestOf(secret);
    const record: TokenRecord = { name, scope, sha256, createdAtUnix, expiresAtUnix, tenant };
    await this.#replace([...others, record]);
    return { record, secret };
  }

  /** Throws `token_not_found`. */
  async revoke(name: string, options: CallOptions): Promise<void> {
    using _ = await this.#turn.acquire("the list of tokens", options);
    const all = this.list();
    const others = all.filter((record) => record.name !== name);
    if (others.length === all.length)
      throw new ForkdError("token_not_found", { name, known: all.map((record) => record.name) });
    await this.#replace(others);
  }

  async #replace(records: readonly TokenRecord[]): Promise<void> {
    await this.#store.write(records);
    this.#byDigest = index(records);
  }
}

const index = (records: readonly TokenRecord[]): ReadonlyMap<string, TokenRecord> =>
  new Map(records.map((record) => [record.sha256, record]));

function digestOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
