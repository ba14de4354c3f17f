import { join } from "node:path";
import type { CallOptions, EgressPolicy, NamespaceInfo, NetworkLease, NetworkOrder } from "@forkd/core";
import type { SandboxId } from "@forkd/contract";
import { planNamespace } from "./address-plan.ts";
import type { NamespacePlan } from "./address-plan.ts";
import { NamespaceClaims } from "./namespace-claims.ts";
import { NamespaceFactory } from "./namespace-factory.ts";
import type { NamespaceGrounds } from "./namespace-factory.ts";
import type { NameGrounds } from "./names/network-names.ts";
import { NetnsLease } from "./netns-lease.ts";
import { NetworkPool } from "./network-pool.ts";

export interface NetnsNetworksOptions {
  /** The daemon's data directory, which no other daemon has. */
  readonly dataDir: string;
  /** How many namespaces are kept ready. */
  readonly poolSize: number;
  readonly range?: string | undefined;
  /** Where daemons of this host note their namespaces. */
  readonly claimsDir?: string;
  /** Which name servers are asked for names of policies; undefined: the host's. */
  readonly nameServers?: readonly string[] | undefined;
  readonly onError: (error: unknown) => void;
}

const CLAIMS_DIR = "/run/forkd-netns";

/** Network namespaces for machines. Disposal removes those that no machine has. */
export class NetnsNetworks implements AsyncDisposable {
  readonly #dataDir: string;
  readonly #claims: NamespaceClaims;
  readonly #factory: NamespaceFactory;
  readonly #pool: NetworkPool<NamespacePlan>;
  readonly #names: NameGrounds;

  constructor(options: NetnsNetworksOptions) {
    const { dataDir, poolSize, range, claimsDir = CLAIMS_DIR, nameServers, onError } = options;
    this.#dataDir = dataDir;
    this.#names = { nameServers, onError };
    this.#claims = new NamespaceClaims(claimsDir);
    this.#factory = new NamespaceFactory({ claims: this.#claims, holder: dataDir, range });
    this.#pool = new NetworkPool({
      create: (options) => this.#factory.create(options),
      remove: ({ index }) => this.#factory.remove(index, { isOpened: false }),
      size: poolSize,
      onError,
    });
  }

  /** Throws `requirement_missing`, `network_failed`, `out_of_resources`, `cancelled`. */
  async lease({ sandboxId, egress }: NetworkOrder, options: CallOptions): Promise<NetworkLease> {
    await using stack = new AsyncDisposableStack();
    const grounds = await this.#factory.prepare();
    const plan = await this.#pool.take(options);
    const lease = stack.use(this.#leaseOf(plan, grounds).assumeClosed());
    await this.#claims.pass(plan.index, this.#holderOf(sandboxId));
    if (egress !== "deny") await lease.setEgress(egress, options);
    stack.move();
    return lease;
  }

  /** The one that a machine of an earlier daemon has, with this policy in force; undefined where it has none. */
  async adopt(
    sandboxId: SandboxId,
    egress: EgressPolicy,
    options: CallOptions,
  ): Promise<NetworkLease | undefined> {
    const holder = this.#holderOf(sandboxId);
    const claim = (await this.#claims.list()).find((one) => one.holder === holder);
    if (!claim) return undefined;
    const grounds = await this.#factory.prepare();
    const plan = planNamespace(claim.index, grounds.transit);
    const lease = this.#leaseOf(plan, grounds);
    await lease.setEgress(egress, options);
    return lease;
  }

  /** Removes those of ours that nobody has, and of daemons whose data is gone. */
  async removeStale(keep: ReadonlySet<string>): Promise<void> {
    const ready = new Set(this.#pool.list().map(({ index }) => index));
    const ours = await this.#listOurs();
    const stale = ours.filter(
      ({ index, sandboxId }) => !ready.has(index) && (sandboxId === null || !keep.has(sandboxId)),
    );
    await Promise.all(stale.map(({ index }) => this.#factory.remove(index)));
    if (stale.length > 0) await this.#factory.tidy();
  }

  /** Keeps this many ready, and waits until they are. */
  async setUp(count: number): Promise<void> {
    await this.#factory.prepare();
    await this.#pool.resize(count);
    if (count === 0) await this.#factory.tidy();
  }

  async list(): Promise<NamespaceInfo[]> {
    const ours = await this.#listOurs();
    return ours
      .toSorted((one, other) => one.index - other.index)
      .map(({ name, sandboxId }) => ({ name, sandboxId }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const hadSome = this.#pool.list().length > 0;
    await this.#pool[Symbol.asyncDispose]();
    if (hadSome) await this.#factory.tidy();
  }

  async #listOurs(): Promise<(NamespaceInfo & { readonly index: number })[]> {
    const machines = join(this.#dataDir, "vms/");
    const claims = await this.#claims.list();
    return claims
      .filter(({ holder }) => holder === this.#dataDir || holder.startsWith(machines))
      .map(({ index, holder }) => ({
        index,
        name: `forkd-child-${index}`,
        sandboxId: holder === this.#dataDir ? null : holder.slice(machines.length),
      }));
  }

  #leaseOf(plan: NamespacePlan, grounds: NamespaceGrounds): NetnsLease {
    return new NetnsLease({ plan, grounds, factory: this.#factory, names: this.#names });
  }

  #holderOf(sandboxId: SandboxId): string {
    return join(this.#dataDir, "vms", sandboxId);
  }
}
