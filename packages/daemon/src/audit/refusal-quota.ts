/** How many are recorded in a minute. */
const LIMITS = { ofAddress: 20, inAll: 200 };

/** How many were not, of one address, or of all that have no count of their own. */
export interface UnrecordedRefusals {
  readonly from: string | null;
  readonly count: number;
}

interface Count {
  recorded: number;
  more: number;
}

/** Which refusals of a minute are recorded. There is a count for each address with a recorded one, so never many. */
export class RefusalQuota {
  readonly #counts = new Map<string, Count>();
  #recorded = 0;
  #others = 0;

  /** Whether one more of that address is recorded; else it is counted. */
  take(from: string): boolean {
    const known = this.#counts.get(from);
    if (this.#recorded < LIMITS.inAll && (known?.recorded ?? 0) < LIMITS.ofAddress) {
      this.#recorded += 1;
      this.#counts.set(from, { recorded: (known?.recorded ?? 0) + 1, more: 0 });
      return true;
    }
    if (known) known.more += 1;
    else this.#others += 1;
    return false;
  }

  /** What was not recorded. All counts begin anew. */
  endMinute(): UnrecordedRefusals[] {
    const rest: UnrecordedRefusals[] = [
      ...this.#counts.entries().map(([from, { more }]) => ({ from, count: more })),
      { from: null, count: this.#others },
    ];
    this.#counts.clear();
    this.#recorded = 0;
    this.#others = 0;
    return rest.filter(({ count }) => count > 0);
  }
}
