import { ForkdError } from "@forkd/contract";
import type { CallOptions, EgressPolicy } from "@forkd/core";
import type { AddressRange } from "../address-range.ts";
import { CLOSED } from "../closed-ranges.ts";
import { openRanges } from "../egress-rules.ts";
import { bindInside } from "./bind-inside.ts";
import type { InsidePlace } from "./bind-inside.ts";
import { LearnedAddresses } from "./learned-addresses.ts";
import type { LoadRules } from "./learned-addresses.ts";
import { NameAnswers } from "./name-answers.ts";
import type { SiblingNames } from "../links/sibling-names.ts";
import { CLASS_IN, SERVER_FAILURE } from "./dns-message.ts";
import type { DnsAnswer, DnsQuery } from "./dns-message.ts";
import { splitPolicy } from "./name-patterns.ts";
import { nameSetLines, removedNameSetLines } from "./name-rules.ts";
import { NameServer } from "./name-server.ts";
import { relayQuery } from "./relay-query.ts";

/** What is the same for the names of all networks of a daemon. */
export interface NameGrounds {
  /** Which name servers are asked; undefined: the host's. */
  readonly nameServers: readonly string[] | undefined;
  readonly onError: (error: unknown) => void;
}

export interface NetworkNamesParts extends NameGrounds {
  readonly place: InsidePlace;
  readonly load: LoadRules;
  /** Of a network in a group: what is asked of its members, and who is asked what a policy without names lets pass. */
  readonly link?:
    { readonly siblings: Pick<SiblingNames, "answer">; readonly resolvers: readonly string[] } | undefined;
}

/** How many questions of a guest others are asked at once: each has a socket. */
const MAX_RELAYED = 16;
const BUSY: DnsAnswer = { code: SERVER_FAILURE, addresses: [] };

/** A policy that is to be in force. */
export interface NameOrder {
  readonly policy: EgressPolicy;
  /** What is closed beside what is private. */
  readonly own: readonly AddressRange[];
  /** What puts it in force, given the port of the name server that it needs, if it does. */
  readonly rulesOf: (port: number | undefined) => string;
}

/**
 * The names of a network's policy, and of its group: its own name server, and the addresses that this opens. Disposal
 * closes it.
 */
export class NetworkNames implements Disposable {
  readonly #parts: NetworkNamesParts;
  readonly #learned: LearnedAddresses;
  readonly #answers: NameAnswers;
  #server: NameServer | undefined;
  /** Whether names that nobody listed are asked of others. */
  #isRelaying = false;
  #relayed = 0;
  #isClosed = false;

  constructor(parts: NetworkNamesParts) {
    this.#parts = parts;
    this.#learned = new LearnedAddresses(parts.load);
    this.#answers = new NameAnswers(this.#learned, parts.nameServers);
  }

  /** Puts a policy in force, with what it says of names. Throws `network_failed`, `cancelled`. */
  async follow({ policy, own, rulesOf }: NameOrder, options: CallOptions): Promise<void> {
    const { names } = splitPolicy(policy);
    const dropped = this.#answers.policy.patterns.filter((name) => !names.includes(name));
    const isServing = names.length > 0 || this.#parts.link !== undefined;
    if (isServing) this.#server ??= await this.#open(options);
    const port = isServing ? this.#server?.port : undefined;
    if (policy === "deny" || names.length > 0) this.#isRelaying = false;
    const rules = [...nameSetLines(names), rulesOf(port), ...removedNameSetLines(dropped)];
    await this.#parts.load(rules.join("\n"), options);
    const { named: open } = openRanges(policy);
    this.#answers.policy = { patterns: names, open, closed: [...CLOSED, ...own] };
    this.#isRelaying = policy !== "deny" && names.length === 0;
    if (!isServing) this.#close();
    await this.#learned.forget(dropped, options);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#answers.cancel();
    this.#close();
  }

  async #open(options: CallOptions): Promise<NameServer> {
    const socket = await bindInside(this.#parts.place, options);
    if (this.#isClosed) {
      socket.close();
      throw new ForkdError("network_failed", { command: "name server", why: "the network is gone" });
    }
    const { onError } = this.#parts;
    return new NameServer(socket, { answer: (query, how) => this.#answer(query, how), onError });
  }

  async #answer(query: DnsQuery, options: CallOptions): Promise<DnsAnswer | Buffer> {
    const { link, nameServers } = this.#parts;
    const known = link?.siblings.answer(query);
    if (known) return known;
    const isRelayed = this.#isRelaying && query.class === CLASS_IN;
    if (!link || !isRelayed) return await this.#answers.answer(query, options);
    if (this.#relayed >= MAX_RELAYED) return BUSY;
    this.#relayed += 1;
    try {
      return await relayQuery(query.message, nameServers ?? link.resolvers, options);
    } finally {
      this.#relayed -= 1;
    }
  }

  #close(): void {
    this.#server?.[Symbol.dispose]();
    this.#server = undefined;
  }
}
