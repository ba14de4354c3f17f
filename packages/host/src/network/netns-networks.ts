import { join } from "node:path";
import type { CallOptions, NamespaceInfo, NetworkLease, NetworkOrder } from "@forkd/core";
import type { SandboxId } from "@forkd/contract";
import { planNamespace } from "./address-plan.ts";
import type { NamespacePlan } from "./address-plan.ts";
import { NamespaceClaims } from "./namespace-claims.ts";
import { CHILD_KIND, GROUP_KIND, nameOfIndex } from "./namespace-kinds.ts";
import { LinkGroups } from "./links/link-groups.ts";
import type { LinkMembership } from "./links/link-groups.ts";
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
  /** What a sandbox is called now, for those that are linked to it. */
  readonly nameOf?: (id: SandboxId) => string | null;
  readonly onError: (error: unknown) => void;
}

interface NamespacePlace {
  readonly plan: NamespacePlan;
  readonly grounds: NamespaceGrounds;
}

const CLAIMS_DIR = "/run/forkd-netns";

/** Network namespaces for machines. Disposal removes those that no machine has. */
export class NetnsNetworks implements AsyncDisposable {
  readonly #dataDir: string;
  readonly #claims: NamespaceClaims;
  readonly #factory: NamespaceFactory;
  readonly #pool: NetworkPool<NamespacePlan>;
  readonly #names: NameGrounds;
  readonly #groups: LinkGroups;

  constructor(options: NetnsNetworksOptions) {
    const { dataDir, poolSize, range, claimsDir = CLAIMS_DIR, nameServers, onError } = options;
    const { nameOf = () => null } = options;
    this.#dataDir = dataDir;
    this.#names = { nameServers, onError };
    this.#claims = new NamespaceClaims(claimsDir, CHILD_KIND);
    this.#groups = new LinkGroups({ claims: new NamespaceClaims(claimsDir, GROUP_KIND), dataDir, nameOf });
    this.#factory = new NamespaceFactory({ claims: this.#claims, holder: dataDir, range });
    this.#pool = new NetworkPool({
      create: (options) => this.#factory.create(options),
      remove: ({ index }) => this.#factory.remove(index, { isOpened: false }),
      size: poolSize,
      onError,
    });
  }

  /** Throws `requirement_missing`, `network_failed`, `out_of_resources`, `cancelled`. */
  async lease(order: NetworkOrder, options: CallOptions): Promise<NetworkLease> {
    const { sandboxId, egress } = order;
    await using stack = new AsyncDisposableStack();
    const grounds = await this.#factory.prepare();
    const plan = await this.#pool.take(options);
    const place = { plan, grounds };
    const membership = await this.#link("join", place, order, options).catch(async (error: unknown) => {
      await this.#factory.remove(plan.index, { isOpened: false });
      throw error;
    });
    const lease = stack.use(this.#leaseOf(place, membership).assumeClosed());
    await this.#claims.pass(plan.index, this.#holderOf(sandboxId));
    if (egress !== "deny" || membership) await lease.setEgress(egress, options);
    stack.move();
    return lease;
  }

  /** The one that a machine of an earlier daemon has, with this policy in force; undefined where it has none. */
  async adopt(order: NetworkOrder, options: CallOptions): Promise<NetworkLease | undefined> {
    const holder = this.#holderOf(order.sandboxId);
    const claim = (await this.#claims.list()).find((one) => one.holder === holder);
    if (!claim) return undefined;
    const grounds = await this.#factory.prepare();
    const plan = planNamespace(claim.index, grounds.transit);
    const place = { plan, grounds };
    const lease = this.#leaseOf(place, await this.#link("rejoin", place, order, options));
    await lease.setEgress(order.egress, options);
    return lease;
  }

  /** Removes those of ours that nobody has, and of daemons whose data is gone. */
  async removeStale(keep: ReadonlySet<string>): Promise<void> {
    const ready = new Set(this.#pool.list().map(({ index }) => index));
    const ours = await this.#listOurs();
    const stale = ours.filter(
      ({ index, sandboxId }) => !ready.has(index) && (sandboxId === null || !keep.has(sandboxId)),
    );
    const hasGroups = await this.#groups.hasAny();
    const remove = async ({ index, name }: (typeof stale)[number]): Promise<void> => {
      if (hasGroups) await this.#groups.cut(name);
      await this.#factory.remove(index);
    };
    await Promise.all(stale.map(remove));
    if (hasGroups) await this.#groups.removeStale();
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
        name: nameOfIndex(CHILD_KIND, index),
        sandboxId: holder === this.#dataDir ? null : holder.slice(machines.length),
      }));
  }

  #leaseOf(place: NamespacePlace, membership: LinkMembership | undefined): NetnsLease {
    return new NetnsLease({ ...place, membership, factory: this.#factory, names: this.#names });
  }

  async #link(
    how: "join" | "rejoin",
    { plan, grounds }: NamespacePlace,
    { sandboxId, tenant, link: group = null }: NetworkOrder,
    options: CallOptions,
  ): Promise<LinkMembership | undefined> {
    if (group === null) return undefined;
    const { hasIpv6 } = grounds;
    return await this.#groups[how]({ sandboxId, tenant, group, netns: plan.name, hasIpv6 }, options);
  }

  #holderOf(sandboxId: SandboxId): string {
    return join(this.#dataDir, "vms", sandboxId);
  }
}
