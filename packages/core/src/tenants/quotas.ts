import { ForkdError } from "@forkd/contract";
import type { TenantQuota } from "@forkd/contract";
import type { TenantBook } from "./tenant-book.ts";

const MIB = 1024 ** 2;
const MINUTE_MS = 60_000;

/** A machine that is not dead. */
export interface TenantMachine {
  readonly tenant: string;
  readonly memoryMib: number;
  /** Whether it has a process. */
  readonly isRunning: boolean;
}

export interface QuotaSources {
  readonly listMachines: () => readonly TenantMachine[];
  /** What its machines have written, and its snapshots take. */
  readonly measureDisk: (tenant: string) => Promise<number>;
  /** In ms. */
  readonly now?: () => number;
}

/** What is asked for. */
export interface Wanted {
  readonly sandboxes: number;
  readonly memoryMib: number;
}

/** What a tenant uses. */
export type TenantUse = { readonly [Name in keyof TenantQuota]: number };

const NOTHING: Wanted = { sandboxes: 0, memoryMib: 0 };
const WORDS: { readonly [Name in keyof TenantQuota]: string } = {
  sandboxes: "sandboxes",
  memory_mib: "MiB of memory",
  disk_mib: "MiB on the disk",
  branches_per_minute: "branches a minute",
};

/** The branches a minute that a tenant may make. */
export interface BranchRate {
  readonly limit: number;
  readonly remaining: number;
  /** When another one may be made; 0 where one may be made now. */
  readonly resetSecs: number;
}

/** Holds tenants to what they may use. */
export class Quotas {
  readonly #book: TenantBook;
  readonly #sources: QuotaSources;
  /** Of forks that are under way. */
  readonly #promised = new Map<string, Wanted>();
  /** When branches were made in the last minute. */
  readonly #branches = new Map<string, number[]>();

  constructor(book: TenantBook, sources: QuotaSources) {
    this.#book = book;
    this.#sources = sources;
  }

  /** Sets what is asked for aside until disposal, by when the machines are listed. Throws `tenant_quota`. */
  async admit(tenant: string | null | undefined, wanted: Wanted = NOTHING): Promise<Disposable> {
    const quota = tenant && this.#book.quotaOf(tenant);
    if (!tenant || !quota) return { [Symbol.dispose]: () => {} };
    // First what takes time: what is promised must be known in the same turn.
    const disk_mib = quota.disk_mib === null ? 0 : await this.#measureDisk(tenant);
    const used = { ...this.#useOf(tenant), disk_mib };
    const asked = { sandboxes: wanted.sandboxes, memory_mib: wanted.memoryMib, disk_mib: 0 };
    check(tenant, quota, { used, wanted: asked, retryAfterSecs: 1 });
    this.#promise(tenant, wanted, 1);
    return { [Symbol.dispose]: () => this.#promise(tenant, wanted, -1) };
  }

  /** Throws `tenant_quota` where a tenant has made too many within a minute. */
  countBranch(tenant: string | null | undefined): void {
    const quota = tenant && this.#book.quotaOf(tenant);
    if (!tenant || !quota || quota.branches_per_minute === null) return;
    const times = this.#recentBranches(tenant);
    check(tenant, quota, {
      used: { branches_per_minute: times.length },
      wanted: { branches_per_minute: 1 },
      retryAfterSecs: Math.max(1, this.#secondsUntilRoom(times, quota.branches_per_minute)),
    });
    this.#branches.set(tenant, [...times, this.#now()]);
  }

  /** What is left of a tenant's branches; undefined for whoever may make any number. */
  branchRate(tenant: string | null | undefined): BranchRate | undefined {
    const limit = tenant ? this.#book.quotaOf(tenant)?.branches_per_minute : undefined;
    if (!tenant || limit === null || limit === undefined) return undefined;
    const times = this.#recentBranches(tenant);
    const remaining = Math.max(0, limit - times.length);
    return { limit, remaining, resetSecs: remaining > 0 ? 0 : this.#secondsUntilRoom(times, limit) };
  }

  async describe(tenant: string): Promise<TenantUse> {
    const branches_per_minute = this.#recentBranches(tenant).length;
    return { ...this.#useOf(tenant), disk_mib: await this.#measureDisk(tenant), branches_per_minute };
  }

  #useOf(tenant: string): { sandboxes: number; memory_mib: number } {
    const machines = this.#sources.listMachines().filter((machine) => machine.tenant === tenant);
    const promised = this.#promised.get(tenant) ?? NOTHING;
    const running = machines.filter(({ isRunning }) => isRunning);
    return {
      sandboxes: machines.length + promised.sandboxes,
      memory_mib: running.reduce((sum, { memoryMib }) => sum + memoryMib, promised.memoryMib),
    };
  }

  async #measureDisk(tenant: string): Promise<number> {
    return Math.ceil((await this.#sources.measureDisk(tenant)) / MIB);
  }

  #promise(tenant: string, { sandboxes, memoryMib }: Wanted, sign: 1 | -1): void {
    const known = this.#promised.get(tenant) ?? NOTHING;
    const now = {
      sandboxes: known.sandboxes + sign * sandboxes,
      memoryMib: known.memoryMib + sign * memoryMib,
    };
    if (now.sandboxes === 0 && now.memoryMib === 0) this.#promised.delete(tenant);
    else this.#promised.set(tenant, now);
  }

  /** Of a limit that was lowered, several must be over. */
  #secondsUntilRoom(times: readonly number[], limit: number): number {
    const last = times[times.length - limit] ?? this.#now();
    return Math.ceil((MINUTE_MS - (this.#now() - last)) / 1000);
  }

  #recentBranches(tenant: string): number[] {
    const recent = (this.#branches.get(tenant) ?? []).filter((at) => this.#now() - at < MINUTE_MS);
    if (recent.length === 0) this.#branches.delete(tenant);
    return recent;
  }

  #now(): number {
    return (this.#sources.now ?? performance.now.bind(performance))();
  }
}

type Amounts = Partial<{ readonly [Name in keyof TenantQuota]: number }>;

interface Check {
  readonly used: Amounts;
  readonly wanted: Amounts;
  readonly retryAfterSecs: number;
}

/** A disk that is full already has no room for anything. */
function check(tenant: string, quota: TenantQuota, { used, wanted, retryAfterSecs }: Check): void {
  for (const [key, more] of Object.entries(wanted)) {
    const name = key as keyof TenantQuota;
    const limit = quota[name];
    const has = used[name] ?? 0;
    if (limit === null || (has + more <= limit && !(name === "disk_mib" && has >= limit))) continue;
    throw new ForkdError("tenant_quota", {
      tenant,
      what: WORDS[name],
      limit,
      used: has,
      wanted: more,
      retryAfterSecs,
    });
  }
}
