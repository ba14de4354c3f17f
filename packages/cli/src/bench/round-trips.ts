import { sample, summarize } from "./statistics.ts";
import type { Summary } from "./statistics.ts";
import { onlyChild } from "./target.ts";
import type { BenchTarget } from "./target.ts";

/** Round trips from the client through the daemon into a warm child and back; in ms. */
export interface RoundTrips {
  readonly eval: Summary;
  readonly execTrue: Summary;
  readonly ping: Summary;
}

const WARM_UP = 20;

/** Asks one child over and over, as often as `runs` says of each way of asking. */
export async function measureRoundTrips(
  { forkd, tag, limitMs, signal }: BenchTarget,
  runs: Readonly<Record<keyof RoundTrips, number>>,
): Promise<RoundTrips> {
  await using children = await forkd.sandboxes.fork(tag, { n: 1, signal });
  const child = onlyChild(children);
  const measure = async (count: number, work: () => Promise<unknown>): Promise<Summary> => {
    await sample(WARM_UP, work, limitMs);
    return summarize(await sample(count, work, limitMs));
  };
  return {
    eval: await measure(runs.eval, () => child.eval("1 + 1", { signal })),
    execTrue: await measure(runs.execTrue, () => child.exec(["true"], { signal })),
    ping: await measure(runs.ping, () => child.ping({ signal })),
  };
}
