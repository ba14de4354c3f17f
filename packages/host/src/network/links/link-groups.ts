import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { KeyedTurns, NEVER } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { runInNamespace, runIp, tryIp } from "../host-commands.ts";
import type { NamespaceClaims } from "../namespace-claims.ts";
import { GROUP_KIND, nameOfIndex } from "../namespace-kinds.ts";
import { hubLines, hubScript, memberLines } from "./hub-script.ts";
import { findMembership, isNamespace, listMembers } from "./link-look.ts";
import { LINK, MAX_MEMBERS, chooseMember } from "./link-plan.ts";
import type { MemberPlan } from "./link-plan.ts";
import { SiblingNames } from "./sibling-names.ts";

export interface LinkGroupsOptions {
  /** Of namespaces of groups. */
  readonly claims: NamespaceClaims;
  readonly dataDir: string;
  /** What a sandbox is called now, if anything. */
  readonly nameOf: (id: SandboxId) => string | null;
}

/** Who is to be linked to what. */
export interface LinkOrder {
  readonly sandboxId: SandboxId;
  /** A group is one tenant's, who may call it as another does. */
  readonly tenant: string | null;
  readonly group: string;
  /** The namespace of the sandbox. */
  readonly netns: string;
  readonly hasIpv6: boolean;
}

/** That a sandbox is in its group, until disposal. */
export interface LinkMembership extends AsyncDisposable {
  readonly address: string;
  readonly siblings: SiblingNames;
}

/**
 * Groups of sandboxes that reach each other. Each is a namespace of its own that leads from link to link, from the first
 * member to the last; what is there, and not what a daemon remembers, says who is in.
 */
export class LinkGroups {
  readonly #options: LinkGroupsOptions;
  readonly #turns = new KeyedTurns();
  /** The addresses of those whose names are answered, by group. */
  readonly #members = new Map<string, Map<SandboxId, string>>();
  /** Namespaces that this daemon has made ready, by group. */
  readonly #hubs = new Map<string, string>();

  constructor(options: LinkGroupsOptions) {
    this.#options = options;
  }

  /** Throws `out_of_resources`, `network_failed`, `cancelled`; its namespace may have half a link then. */
  async join(order: LinkOrder, options: CallOptions): Promise<LinkMembership> {
    const key = this.#keyOf(order);
    using _ = await this.#takeTurn(key, options);
    return await this.#join(key, order, options);
  }

  /** The same for one whose machine an earlier daemon left: it is linked already, unless somebody has undone that. */
  async rejoin(order: LinkOrder, options: CallOptions): Promise<LinkMembership> {
    const key = this.#keyOf(order);
    using _ = await this.#takeTurn(key, options);
    const member = await findMembership(order.netns, options);
    const hub = await this.#prepare(key, order, options);
    const isThere = member && (await listMembers(hub, options)).includes(member);
    if (isThere) return this.#note(key, order, member);
    await this.cut(order.netns);
    return await this.#join(key, order, options);
  }

  /** Undoes the link of a namespace, if it has one. */
  async cut(netns: string): Promise<void> {
    await tryIp([`link del ${LINK}`], { signal: NEVER }, netns);
  }

  /** Whether this daemon, or one before it, has any group. */
  async hasAny(): Promise<boolean> {
    return (await this.#listOurs()).length > 0;
  }

  /** Removes those without a member. */
  async removeStale(): Promise<void> {
    for (const { holder } of await this.#listOurs()) {
      using _ = await this.#takeTurn(holder, { signal: NEVER });
      await this.#removeIfEmpty(holder);
    }
  }

  async #join(key: string, order: LinkOrder, options: CallOptions): Promise<LinkMembership> {
    try {
      const hub = await this.#prepare(key, order, options);
      const taken = new Set((await listMembers(hub, options)).map(({ member }) => member));
      const member = chooseMember(order.sandboxId, taken);
      if (!member) throw fullGroup(order);
      await runIp(hubLines(member, order.netns), options, hub);
      await runIp(memberLines(member), options, order.netns);
      return this.#note(key, order, member);
    } catch (error) {
      this.#hubs.delete(key);
      await this.cut(order.netns);
      await Promise.allSettled([this.#removeIfEmpty(key)]);
      throw error;
    }
  }

  #note(key: string, { sandboxId, group }: LinkOrder, { address, hubLink }: MemberPlan): LinkMembership {
    const members = this.#members.get(key) ?? new Map<SandboxId, string>();
    this.#members.set(key, members.set(sandboxId, address));
    const list = () => [...members].map(([id, at]) => ({ id, address: at, name: this.#options.nameOf(id) }));
    let left: Promise<void> | undefined;
    return {
      address,
      siblings: new SiblingNames(group, list),
      [Symbol.asyncDispose]: () => (left ??= this.#leave(key, sandboxId, hubLink)),
    };
  }

  async #leave(key: string, sandboxId: SandboxId, hubLink: string): Promise<void> {
    this.#members.get(key)?.delete(sandboxId);
    using _ = await this.#takeTurn(key, { signal: NEVER });
    const hub = await this.#findHub(key);
    if (hub !== undefined) await tryIp([`link del ${hubLink}`], { signal: NEVER }, hub);
    await this.#removeIfEmpty(key);
  }

  /** The namespace of a group, which is made if there is none. */
  async #prepare(key: string, { hasIpv6 }: LinkOrder, options: CallOptions): Promise<string> {
    const ready = this.#hubs.get(key);
    if (ready !== undefined) return ready;
    const { claims } = this.#options;
    const known = await this.#findHub(key);
    const hub = known ?? nameOfIndex(GROUP_KIND, await claims.claim(key));
    // One of an earlier daemon may be half-made.
    if (!(await isNamespace(hub))) await tryIp([`netns del ${hub}`, `netns add ${hub}`], options);
    await runInNamespace(hub, hubScript(hasIpv6), options);
    this.#hubs.set(key, hub);
    return hub;
  }

  async #removeIfEmpty(key: string): Promise<void> {
    const claim = (await this.#listOurs()).find(({ holder }) => holder === key);
    if (!claim) return;
    const hub = nameOfIndex(GROUP_KIND, claim.index);
    if ((await isNamespace(hub)) && (await listMembers(hub, { signal: NEVER })).length > 0) return;
    this.#hubs.delete(key);
    this.#members.delete(key);
    await tryIp([`netns del ${hub}`], { signal: NEVER });
    await this.#options.claims.release(claim.index);
  }

  async #findHub(key: string): Promise<string | undefined> {
    const claim = (await this.#listOurs()).find(({ holder }) => holder === key);
    return claim && nameOfIndex(GROUP_KIND, claim.index);
  }

  async #listOurs() {
    const root = join(this.#options.dataDir, "links/");
    return (await this.#options.claims.list()).filter(({ holder }) => holder.startsWith(root));
  }

  /** It stands for no directory: it is what a claim says of whose it is. */
  #keyOf({ tenant, group }: LinkOrder): string {
    return join(this.#options.dataDir, "links", tenant === null ? "own" : `of-${tenant}`, group);
  }

  #takeTurn(key: string, options: CallOptions): Promise<Disposable> {
    return this.#turns.take(key, "a turn to link sandboxes", options);
  }
}

function fullGroup({ group }: LinkOrder): ForkdError {
  const why = `it has ${MAX_MEMBERS}, and one that ends makes room`;
  return new ForkdError("out_of_resources", { resource: `place in the group ${group}`, why });
}
