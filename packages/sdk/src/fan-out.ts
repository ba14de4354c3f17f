import type { CallOptions } from "./options.ts";
import { groupSandboxes } from "./sandbox-group.ts";
import type { ForkOptions, Sandbox, SandboxGroup } from "./sandbox.ts";

/** What can be forked: a running {@link Sandbox}, or a snapshot by `forkd.sandboxes.from(tag)`. */
export interface ForkSource {
  fork(options?: ForkOptions): Promise<SandboxGroup>;
}

/** What is done in one child. The signal aborts once its result is of no more use. */
export type Attempt<Result> = (child: Sandbox, options: Required<CallOptions>) => Promise<Result>;

/** What each child is given, but for how many there are. */
export type FanOutOptions = Omit<ForkOptions, "n" | "onFailure">;

/** How results of {@link bestOf} are compared: the highest score is best. */
export interface BestOptions<Result> extends FanOutOptions {
  readonly judge: (value: Result, child: Sandbox) => number | Promise<number>;
}

/** The child that did best, with what it gave. It is the caller's to end. */
export interface Best<Result> {
  readonly sandbox: Sandbox;
  readonly value: Result;
  readonly score: number;
}

/**
 * Forks one child for each item and does `work` in all of them at once; gives the results in the order of the items. The
 * children are ended. When one fails the others are called off, and its error is thrown.
 *
 * @example const sums = await mapForks(sandbox, [1, 2, 3], (child, item) => child.eval(`model.score(${item})`));
 */
export async function mapForks<Item, Result>(
  source: ForkSource,
  items: readonly Item[],
  work: (child: Sandbox, item: Item, options: Required<CallOptions>) => Promise<Result>,
  options: FanOutOptions = {},
): Promise<Result[]> {
  const attempts = items.map(
    (item): Attempt<Result> =>
      (child, call) =>
        work(child, item, call),
  );
  return inChildren(source, attempts, options, { choose: (running) => Promise.all(running) });
}

/**
 * Tries several things at once, each in a child of its own, and gives the result of the first that succeeds. The others are
 * called off, and all children are ended. Throws an `AggregateError` when none does.
 *
 * @example const fixed = await raceForks(sandbox, patches.map((patch) => (child) => applyAndTest(child, patch)));
 */
export async function raceForks<Result>(
  source: ForkSource,
  attempts: readonly Attempt<Result>[],
  options: FanOutOptions = {},
): Promise<Result> {
  return inChildren(source, attempts, options, { choose: (running) => Promise.any(running) });
}

/**
 * Does the same in `n` children at once and keeps the one whose result `judge` gives the highest score; the others are
 * ended. Those that fail are left out; throws an `AggregateError` when all do.
 *
 * @example const { sandbox, score } = await bestOf(source, 5, (child) => child.eval(`train()`), { judge: ({ result }) => Number(result) });
 */
export async function bestOf<Result>(
  source: ForkSource,
  n: number,
  attempt: Attempt<Result>,
  { judge, ...options }: BestOptions<Result>,
): Promise<Best<Result>> {
  const judged = Array.from({ length: n }, (): Attempt<Best<Result>> => async (sandbox, call) => {
    const value = await attempt(sandbox, call);
    return { sandbox, value, score: await judge(value, sandbox) };
  });
  const choose = async (running: readonly Promise<Best<Result>>[]): Promise<Best<Result>> => {
    const outcomes = await Promise.allSettled(running);
    const done = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    const [first, ...others] = done;
    if (first) return others.reduce((best, each) => (each.score > best.score ? each : best), first);
    const failures = outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason : undefined));
    throw new AggregateError(failures, `none of ${n} children did it`);
  };
  return inChildren(source, judged, options, { choose, keep: ({ sandbox }) => sandbox });
}

/**
 * Does something in a fork of a machine, which stands as it was meanwhile and afterwards: when it fails the fork is ended,
 * and all that was done is undone. Gives the fork, which is the caller's to end, with what was given.
 *
 * @example const { sandbox: migrated } = await withBranch(sandbox, (child) => child.run("./migrate.sh"));
 */
export async function withBranch<Result>(
  source: ForkSource,
  work: Attempt<Result>,
  options: FanOutOptions = {},
): Promise<{ readonly sandbox: Sandbox; readonly value: Result }> {
  const attempt: Attempt<{ sandbox: Sandbox; value: Result }> = async (sandbox, call) => ({
    sandbox,
    value: await work(sandbox, call),
  });
  return inChildren(source, [attempt], options, {
    choose: ([running]) => running!,
    keep: ({ sandbox }) => sandbox,
  });
}

/** What comes of all attempts, and the child that stays. */
interface Choice<Result, Outcome> {
  readonly choose: (running: readonly Promise<Result>[]) => Promise<Outcome>;
  readonly keep?: (outcome: Outcome) => Sandbox;
}

/** Makes a child for each attempt, and ends all but the one that is kept once it is known what came of them. */
async function inChildren<Result, Outcome>(
  source: ForkSource,
  attempts: readonly Attempt<Result>[],
  options: FanOutOptions,
  { choose, keep }: Choice<Result, Outcome>,
): Promise<Outcome> {
  if (attempts.length === 0) return await choose([]);
  const children = await source.fork({ ...options, n: attempts.length });
  const over = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, over.signal]) : over.signal;
  let kept: Sandbox | undefined;
  try {
    const running = attempts.map(async (attempt, i) => await attempt(children[i]!, { signal }));
    for (const each of running) each.catch(() => {});
    const outcome = await choose(running);
    kept = keep?.(outcome);
    return outcome;
  } finally {
    over.abort();
    await groupSandboxes(children.filter((child) => child !== kept))[Symbol.asyncDispose]();
  }
}
