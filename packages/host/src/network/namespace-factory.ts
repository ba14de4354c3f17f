import { access } from "node:fs/promises";
import { ForkdError } from "@forkd/contract";
import { NEVER, Semaphore } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { planNamespace } from "./address-plan.ts";
import type { NamespacePlan } from "./address-plan.ts";
import type { AddressRange } from "./address-range.ts";
import { loadRules, runInNamespace, runIp, tryIp } from "./host-commands.ts";
import { hostRules, openingRules } from "./host-rules.ts";
import type { NamespaceClaims } from "./namespace-claims.ts";
import { creationLines, removalLines, setUpScript } from "./namespace-script.ts";
import { CHILD_KIND, nameOfIndex } from "./namespace-kinds.ts";
import { findResolvers } from "./resolvers.ts";
import { chooseTransit } from "./transit-range.ts";

export interface NamespaceFactoryOptions {
  readonly claims: NamespaceClaims;
  /** Who has a namespace that no machine has. */
  readonly holder: string;
  /** The range that their addresses are taken of; else one that the host does not use. */
  readonly range?: string | undefined;
}

/** What all namespaces of this daemon have in common. */
export interface NamespaceGrounds {
  readonly transit: AddressRange;
  readonly resolvers: readonly string[];
  readonly hasIpv6: boolean;
}

/** The kernel makes and removes namespaces and links under one lock. */
const AT_ONCE = 4;

/** Makes network namespaces, each closed to everything at first, and removes them. */
export class NamespaceFactory {
  readonly #options: NamespaceFactoryOptions;
  readonly #turns = new Semaphore(AT_ONCE);
  #grounds: Promise<NamespaceGrounds> | undefined;

  constructor(options: NamespaceFactoryOptions) {
    this.#options = options;
  }

  /** Looks at the host at its first call. Throws `requirement_missing`, `network_failed`. */
  prepare(): Promise<NamespaceGrounds> {
    this.#grounds ??= this.#look().catch((error: unknown) => {
      this.#grounds = undefined;
      throw error;
    });
    return this.#grounds;
  }

  /** Throws what {@link prepare} throws, `out_of_resources`, `cancelled`; nothing is left then. */
  async create(options: CallOptions): Promise<NamespacePlan> {
    const { transit, hasIpv6 } = await this.prepare();
    using _turn = await this.#turns.acquire("a turn to make a network namespace", options);
    const { claims, holder } = this.#options;
    const plan = planNamespace(await claims.claim(holder), transit);
    try {
      await runIp(creationLines(plan, hasIpv6), options);
      const steps = await Promise.allSettled([
        runInNamespace(plan.name, setUpScript(plan, hasIpv6), options),
        loadRules(hostRules(transit), options),
      ]);
      for (const step of steps) if (step.status === "rejected") throw step.reason;
      return plan;
    } catch (error) {
      await this.#remove(plan.index);
      throw error;
    }
  }

  /** Removes one, whatever is there of it. `isOpened`: whether anything may be opened to it on the host. */
  async remove(index: number, { isOpened = true } = {}): Promise<void> {
    using _turn = await this.#turns.acquire("a turn to remove a network namespace", { signal: NEVER });
    if (isOpened) {
      const { transit } = await this.prepare();
      await loadRules(`${hostRules(transit)}\n${openingRules(index, [])}`, { signal: NEVER });
    }
    await this.#remove(index);
  }

  /** Takes the host's own rules away, once no daemon has a namespace. */
  async tidy(): Promise<void> {
    const { claims } = this.#options;
    if ((await claims.list()).length > 0) return;
    await loadRules("add table inet forkd\ndelete table inet forkd", { signal: NEVER });
    // Another daemon may have begun meanwhile.
    if ((await claims.list()).length > 0)
      await loadRules(hostRules((await this.prepare()).transit), { signal: NEVER });
  }

  async #remove(index: number): Promise<void> {
    await tryIp(removalLines(nameOfIndex(CHILD_KIND, index)), { signal: NEVER });
    await this.#options.claims.release(index);
  }

  async #look(): Promise<NamespaceGrounds> {
    if (process.getuid?.() !== 0)
      throw new ForkdError("requirement_missing", {
        requirement: "the right to make network namespaces",
        why: "the daemon does not run as root",
        mend: "run the daemon as root, or use --network user",
      });
    const signal = NEVER;
    const [transit, resolvers, hasIpv6] = await Promise.all([
      chooseTransit(this.#options.range, { signal }),
      findResolvers(),
      access("/proc/sys/net/ipv6").then(
        () => true,
        () => false,
      ),
    ]);
    await loadRules(hostRules(transit), { signal });
    return { transit, resolvers, hasIpv6 };
  }
}
