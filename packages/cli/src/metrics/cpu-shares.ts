/** Between the two readings that a share of a CPU needs. */
export const READING_MS = 500;

interface Reading {
  readonly atMs: number;
  readonly cpuMs: number;
}

/** Shares of a CPU between one reading and the next, of whatever has a name. */
export class CpuShares {
  #last = new Map<string | number, Reading>();
  #next = new Map<string | number, Reading>();

  /** In percent of one CPU since the last round; undefined of what was not read then. */
  of(name: string | number, now: Reading): number | undefined {
    this.#next.set(name, now);
    const before = this.#last.get(name);
    if (before === undefined || now.atMs <= before.atMs) return undefined;
    return Math.max(0, (100 * (now.cpuMs - before.cpuMs)) / (now.atMs - before.atMs));
  }

  /** Begins the next round: what is not read in this one is forgotten. */
  turn(): void {
    this.#last = this.#next;
    this.#next = new Map();
  }
}

/** `12.5 %`, or a dash where it is not known. */
export const formatShare = (percent: number | null | undefined): string =>
  percent === null || percent === undefined ? "-" : `${percent.toFixed(1)} %`;
