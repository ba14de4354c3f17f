/** What is told of a series of samples. All in the unit of the samples. */
export interface Summary {
  readonly runs: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly min: number;
  readonly max: number;
}

/** Percentiles by the nearest rank, so that each is a value that was measured. */
export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = (share: number): number =>
    round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN);
  return { runs: sorted.length, p50: rank(0.5), p90: rank(0.9), p99: rank(0.99), min: rank(0), max: rank(1) };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** So few are made also where one alone takes all the time that there is. */
const LEAST_RUNS = 3;

/** Counts runs, and begins none after the time is over, so that a slow host measures less, and not for an hour. */
export function* countRuns(runs: number, limitMs = Infinity): Generator<number, void> {
  const endsAt = performance.now() + limitMs;
  for (let run = 0; run < runs; run++) {
    if (run >= LEAST_RUNS && performance.now() > endsAt) return;
    yield run;
  }
}

/** Runs `work` some times, one after the other, and gives how many milliseconds each took. */
export async function sample(
  runs: number,
  work: (run: number) => Promise<unknown>,
  limitMs?: number,
): Promise<number[]> {
  const samples: number[] = [];
  for (const run of countRuns(runs, limitMs)) {
    const startedAt = performance.now();
    await work(run);
    samples.push(performance.now() - startedAt);
  }
  return samples;
}
