import { Resolver } from "node:dns/promises";
import type { RecordWithTtl } from "node:dns";
import { hasErrno } from "@forkd/posix";
import type { CallOptions } from "@forkd/core";
import { addressBytes } from "../address-bytes.ts";
import { containsRange, parseRange } from "../address-range.ts";
import type { AddressRange } from "../address-range.ts";
import { CLASS_IN, NO_ERROR, NO_SUCH_NAME, TYPE_A, TYPE_AAAA } from "./dns-message.ts";
import type { DnsAnswer, DnsQuery } from "./dns-message.ts";
import type { LearnedAddresses } from "./learned-addresses.ts";
import { matchName } from "./name-patterns.ts";
import type { Family } from "./name-rules.ts";

const NOTHING: DnsAnswer = { code: NO_ERROR, addresses: [] };
const UNKNOWN: DnsAnswer = { code: NO_SUCH_NAME, addresses: [] };
/** A name server is asked twice. */
const ATTEMPT = { timeout: 2000, tries: 2 };
/** How long an answer is true at most; its owner may say more. */
const MAX_TTL_SECS = 3600;
/** Of a name with more addresses these are enough. */
const MAX_ADDRESSES = 16;

/** Which names and addresses a guest is told of. */
export interface NamePolicy {
  readonly patterns: readonly string[];
  /** Open in any case. */
  readonly open: readonly AddressRange[];
  /** Closed unless it is open: an answer that leads there is not given. */
  readonly closed: readonly AddressRange[];
}

/** Asks the host's name servers for names that a policy allows, and opens the addresses before it tells them. */
export class NameAnswers {
  policy: NamePolicy = { patterns: [], open: [], closed: [] };
  readonly #learned: LearnedAddresses;
  readonly #resolver = new Resolver(ATTEMPT);

  /** `servers`: which are asked instead, such as `127.0.0.1:5353`. */
  constructor(learned: LearnedAddresses, servers?: readonly string[]) {
    this.#learned = learned;
    if (servers) this.#resolver.setServers(servers);
  }

  /** Throws what a name server that does not answer, or the rules of the network, have to say. */
  async answer({ name, type, class: classOfName }: DnsQuery, options: CallOptions): Promise<DnsAnswer> {
    const { patterns, open, closed } = this.policy;
    const matching = matchName(patterns, name);
    if (matching.length === 0 || classOfName !== CLASS_IN) return UNKNOWN;
    if (type !== TYPE_A && type !== TYPE_AAAA) return NOTHING;
    const family = type === TYPE_A ? 4 : 6;
    const found = await this.#resolve(name, family);
    if (found === undefined) return UNKNOWN;
    const isIn = (ranges: readonly AddressRange[], address: string): boolean =>
      ranges.some((range) => containsRange(range, parseRange(address)));
    const opened = found.filter(({ address }) => isIn(open, address));
    const learned = found.filter(({ address }) => !isIn(open, address) && !isIn(closed, address));
    const ttlSecs = Math.min(MAX_TTL_SECS, ...found.map(({ ttl }) => Math.max(0, ttl)));
    const addresses = learned.map(({ address }) => address);
    if (addresses.length > 0)
      await this.#learned.learn({ patterns: matching, family, addresses, ttlSecs }, options);
    const told = [...opened, ...learned].map(({ address }) => ({ bytes: addressBytes(address), ttlSecs }));
    return { code: NO_ERROR, addresses: told };
  }

  /** Undefined for a name that is not there. */
  async #resolve(name: string, family: Family): Promise<readonly RecordWithTtl[] | undefined> {
    try {
      const found = await (family === 4
        ? this.#resolver.resolve4(name, { ttl: true })
        : this.#resolver.resolve6(name, { ttl: true }));
      return found.slice(0, MAX_ADDRESSES);
    } catch (error) {
      if (hasErrno(error, "ENOTFOUND")) return undefined;
      if (hasErrno(error, "ENODATA")) return [];
      throw error;
    }
  }

  cancel(): void {
    this.#resolver.cancel();
  }
}
