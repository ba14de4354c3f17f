import type { AuditEntry, AuditReport } from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions } from "./options.ts";
import { fromWire } from "./wire.ts";

/** Who has asked the daemon for what, where it is told to record that (`FORKD_AUDIT`). For tokens of scope `admin`. */
export class Audit {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * What was recorded, the oldest first: a line before anything is done, and one with what became of it.
   *
   * @example for await (const { who, operation } of forkd.audit.list({ sinceUnixMs: Date.now() - 3_600_000 })) console.log(who, operation);
   */
  async *list({
    sinceUnixMs,
    signal,
  }: { readonly sinceUnixMs?: number | undefined } & CallOptions = {}): AsyncGenerator<
    AuditEntry,
    void,
    undefined
  > {
    yield* this.#entries({ sinceUnixMs }, { signal });
  }

  /**
   * The last line that there is, with those since then before it, and each as it is recorded, until the signal aborts or the
   * iteration ends. Of a daemon that records nothing it ends at once.
   *
   * @example for await (const { who, operation } of forkd.audit.follow()) console.log(who, operation);
   */
  async *follow({
    sinceUnixMs,
    signal,
  }: { readonly sinceUnixMs?: number | undefined } & CallOptions = {}): AsyncGenerator<
    AuditEntry,
    void,
    undefined
  > {
    yield* this.#entries({ sinceUnixMs, follow: true }, { signal });
  }

  /**
   * Whether each line follows from the one before. With `contains`, the `head.sha256` of an earlier report, whether that line
   * is there still.
   */
  verify({
    contains,
    signal,
  }: { readonly contains?: string | undefined } & CallOptions = {}): Promise<AuditReport> {
    return this.#connection.call("verifyAudit", { query: { contains } }, { signal });
  }

  async *#entries(
    query: { readonly sinceUnixMs: number | undefined; readonly follow?: true },
    options: CallOptions,
  ): AsyncGenerator<AuditEntry, void, undefined> {
    for await (const line of this.#connection.lines("listAudit", { query }, options))
      yield fromWire(line) as AuditEntry;
  }
}
