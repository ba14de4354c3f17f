import type { SandboxId } from "@forkd/contract";
import { addressBytes } from "../address-bytes.ts";
import { CLASS_IN, NO_ERROR, NO_SUCH_NAME, TYPE_A } from "../names/dns-message.ts";
import type { DnsAnswer, DnsQuery } from "../names/dns-message.ts";

/** ICANN keeps `internal` for names that are no names of the internet. */
const DOMAIN = "forkd.internal";
/** Members come and go. */
const TTL_SECS = 5;
/** Of the addresses of members. */
const REVERSE = ".1.42.10.in-addr.arpa";

/** A member as its siblings may call it. */
export interface Sibling {
  readonly id: SandboxId;
  readonly name: string | null;
  readonly address: string;
}

/** What a guest may ask its group: `NAME`, or `NAME.GROUP.forkd.internal`. */
export class SiblingNames {
  readonly #domain: string;
  readonly #list: () => readonly Sibling[];

  constructor(group: string, list: () => readonly Sibling[]) {
    this.#domain = `.${group}.${DOMAIN}`.toLowerCase();
    this.#list = list;
  }

  /**
   * Undefined for what is none of these. A name without a dot, and what is of ours, is nobody's else: it is never asked
   * outside, so that nobody there learns what siblings are called, or answers in the place of one that is gone.
   */
  answer({ name, type, class: classOfName }: DnsQuery): DnsAnswer | undefined {
    const asked = name.toLowerCase();
    const isOurs = asked === DOMAIN || asked.endsWith(`.${DOMAIN}`) || asked.endsWith(REVERSE);
    if (asked.includes(".") && !isOurs) return undefined;
    const found = classOfName === CLASS_IN ? this.#find(this.#labelOf(name)) : [];
    if (found.length === 0) return { code: NO_SUCH_NAME, addresses: [] };
    const addresses = found.map(({ address }) => ({ bytes: addressBytes(address), ttlSecs: TTL_SECS }));
    return { code: NO_ERROR, addresses: type === TYPE_A ? addresses : [] };
  }

  /** Names of sandboxes may have dots, which only their long form has room for. */
  #labelOf(name: string): string {
    const isLong = name.toLowerCase().endsWith(this.#domain);
    if (isLong) return name.slice(0, -this.#domain.length);
    return name.includes(".") ? "" : name;
  }

  /** Names that differ in their case alone are two; who asks with the case of one means that one. */
  #find(label: string): readonly Sibling[] {
    const asked = label.toLowerCase();
    const found = this.#list().filter(({ id, name }) =>
      [id, id.replace("_", "-"), name?.toLowerCase()].includes(asked),
    );
    const exact = found.filter(({ name }) => name === label);
    return exact.length > 0 ? exact : found;
  }
}
