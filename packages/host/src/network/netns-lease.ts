import { readFile, writeFile } from "node:fs/promises";
import { Semaphore } from "@forkd/core";
import type { CallOptions, CardBackend, EgressPolicy, GuestNetwork, NetworkLease } from "@forkd/core";
import { GATEWAY_4, GATEWAY_6, GUEST_4, GUEST_6, GUEST_MAC, MTU, TAP } from "./address-plan.ts";
import type { NamespacePlan } from "./address-plan.ts";
import type { AddressRange } from "./address-range.ts";
import { openRanges } from "./egress-rules.ts";
import { enterNamespace, loadRules, namespacePath } from "./host-commands.ts";
import { listHostAddresses } from "./host-addresses.ts";
import { hostRules, openingRules } from "./host-rules.ts";
import type { LinkMembership } from "./links/link-groups.ts";
import type { NamespaceFactory, NamespaceGrounds } from "./namespace-factory.ts";
import { orGateway } from "./resolvers.ts";
import { NetworkNames } from "./names/network-names.ts";
import type { NameGrounds } from "./names/network-names.ts";
import { changedEgressRules } from "./namespace-rules.ts";

const FORWARDING = "/proc/sys/net/ipv4/ip_forward";

export interface NetnsLeaseParts {
  readonly plan: NamespacePlan;
  readonly grounds: NamespaceGrounds;
  readonly factory: Pick<NamespaceFactory, "remove">;
  readonly names: NameGrounds;
  readonly membership: LinkMembership | undefined;
}

/** A network namespace that a machine has. Disposal removes it. */
export class NetnsLease implements NetworkLease {
  readonly mode = "netns";
  readonly backend: CardBackend;
  readonly guest: GuestNetwork;
  readonly #parts: NetnsLeaseParts;
  readonly #names: NetworkNames;
  readonly #turn = new Semaphore(1);
  #isOpened = true;
  #removal: Promise<void> | undefined;

  constructor(parts: NetnsLeaseParts) {
    const { plan, grounds, names, membership } = parts;
    const { resolvers } = grounds;
    this.#parts = parts;
    const place = { enter: enterNamespace(plan.name), hasIpv6: grounds.hasIpv6 };
    this.#names = new NetworkNames({
      ...names,
      place,
      load: (rules, options) => loadRules(rules, options, plan.name),
      link: membership && { siblings: membership.siblings, resolvers },
    });
    this.backend = { kind: "tap", netnsPath: namespacePath(plan.name), device: TAP };
    this.guest = describeGuest(grounds);
  }

  get netns(): string {
    return this.#parts.plan.name;
  }

  get address(): string {
    return this.#parts.plan.inside4;
  }

  get linkAddress(): string | undefined {
    return this.#parts.membership?.address;
  }

  /** Of one that is fresh: nothing is open to it yet. */
  assumeClosed(): this {
    this.#isOpened = false;
    return this;
  }

  async setEgress(policy: EgressPolicy, options: CallOptions): Promise<void> {
    using _ = await this.#turn.acquire("another change of the network", options);
    const { linkAddress } = this;
    const { resolvers } = this.#parts.grounds;
    const { named } = openRanges(policy);
    if (policy !== "deny") await enableForwarding();
    const isOpening = named.length > 0;
    const onHost = isOpening || this.#isOpened ? this.#open(named, options) : undefined;
    const rulesOf = (port: number | undefined): string =>
      changedEgressRules({ policy, resolvers, nameServerPort: port, linkAddress });
    const inside = this.#names.follow({ policy, own: listHostAddresses(), rulesOf }, options);
    for (const step of await Promise.allSettled([onHost, inside]))
      if (step.status === "rejected") throw step.reason;
    this.#isOpened = isOpening;
  }

  async #open(named: readonly AddressRange[], options: CallOptions): Promise<void> {
    const { plan, grounds } = this.#parts;
    this.#isOpened = true;
    await loadRules(`${hostRules(grounds.transit)}\n${openingRules(plan.index, named)}`, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#names[Symbol.dispose]();
    this.#removal ??= this.#remove();
    return this.#removal;
  }

  /** Its link goes before its namespace, which the kernel removes a while later. */
  async #remove(): Promise<void> {
    const { plan, factory, membership } = this.#parts;
    try {
      await membership?.[Symbol.asyncDispose]();
    } finally {
      await factory.remove(plan.index, { isOpened: this.#isOpened });
    }
  }
}

/** Without it a host hands on nothing of others; it stays on, since others may rely on it meanwhile. */
async function enableForwarding(): Promise<void> {
  if ((await readFile(FORWARDING, "utf8")).trim() === "0") await writeFile(FORWARDING, "1");
}

function describeGuest({ resolvers, hasIpv6 }: NamespaceGrounds): GuestNetwork {
  const addresses = [`${GUEST_4}/24`, ...(hasIpv6 ? [`${GUEST_6}/64`] : [])];
  const gateways = [GATEWAY_4, ...(hasIpv6 ? [GATEWAY_6] : [])];
  return { mac: GUEST_MAC, addresses, gateways, resolvers: orGateway(resolvers), mtu: MTU };
}
