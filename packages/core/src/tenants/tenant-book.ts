import type { TenantQuota } from "@forkd/contract";
import { Semaphore } from "../concurrency/semaphore.ts";
import type { CallOptions } from "../ports/options.ts";

/** What is kept of a tenant. */
export interface TenantRecord {
  readonly name: string;
  readonly quota: TenantQuota;
}

/** Where they are kept. */
export interface TenantStore {
  read(): Promise<TenantRecord[]>;
  /** Replaces all of them, so that they are there after a power failure. */
  write(records: readonly TenantRecord[]): Promise<void>;
}

/** How much each tenant may use. */
export class TenantBook {
  readonly #store: TenantStore;
  readonly #turn = new Semaphore(1);
  #quotas: ReadonlyMap<string, TenantQuota>;

  /** Reads what is kept. Throws when that is damaged: no limit is to be guessed. */
  static async open(store: TenantStore): Promise<TenantBook> {
    return new TenantBook(store, await store.read());
  }

  private constructor(store: TenantStore, records: readonly TenantRecord[]) {
    this.#store = store;
    this.#quotas = new Map(records.map(({ name, quota }) => [name, quota]));
  }

  names(): string[] {
    return [...this.#quotas.keys()];
  }

  /** Undefined: no limit was ever told. */
  quotaOf(name: string): TenantQuota | undefined {
    return this.#quotas.get(name);
  }

  async set({ name, quota }: TenantRecord, options: CallOptions): Promise<void> {
    using _ = await this.#turn.acquire("the list of tenants", options);
    const quotas = new Map([...this.#quotas, [name, quota]]);
    await this.#store.write(Array.from(quotas, ([each, of]) => ({ name: each, quota: of })));
    this.#quotas = quotas;
  }
}
