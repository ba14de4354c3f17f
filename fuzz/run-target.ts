import { randomInt } from "node:crypto";
import * as fc from "fast-check";
import type { FuzzTarget } from "./target.ts";
import { Watchdog } from "./watchdog.ts";

const INPUT_TIMEOUT_MS = 20_000;
const SHOWN_CHARS = 4000;

export interface FuzzRun {
  readonly seconds: number;
  /** Another one each time when there is none. */
  readonly seed?: number | undefined;
  /** Leads to one input of a seed, as a failure told. */
  readonly path?: string | undefined;
}

export interface FuzzReport {
  readonly inputs: number;
  /** What failed, on which input, and how to have it again. */
  readonly failure: string | undefined;
}

/** Tries inputs for so long, or until one fails, which is then made smaller. */
export async function runTarget(
  target: FuzzTarget,
  { seconds, seed = randomInt(2 ** 31), path }: FuzzRun,
): Promise<FuzzReport> {
  await using open = await target.open();
  await using watchdog = new Watchdog(`npm run fuzz -- ${target.name} --seed ${seed}`);
  const property = open.property.beforeEach(async (before) => {
    watchdog.next();
    await before();
  });
  let underWay: unknown;
  const run = property.run.bind(property);
  property.run = (input) => {
    const running = run(input);
    underWay = running;
    return running;
  };
  const details = await fc.check(property, {
    seed,
    numRuns: 1e9,
    timeout: INPUT_TIMEOUT_MS,
    interruptAfterTimeLimit: seconds * 1000,
    markInterruptAsFailure: false,
    ...(path !== undefined && { path, numRuns: 1, endOnFailure: true }),
  });
  // The input that is tried when time is over is not waited for, and still works in the place that goes next.
  await underWay;
  // What is interrupted before its first input has ended counts as failed too.
  const hasFailed = details.failed && details.counterexample !== null;
  return { inputs: details.numRuns, failure: hasFailed ? describe(target.name, details) : undefined };
}

function describe(
  name: string,
  { seed, counterexample, counterexamplePath, errorInstance }: fc.RunDetails<readonly [unknown]>,
): string {
  const again = `npm run fuzz -- ${name} --seed ${seed} --path ${counterexamplePath}`;
  return [`${name} fails on ${show(counterexample?.[0])}`, showError(errorInstance), `again: ${again}`].join(
    "\n",
  );
}

function show(input: unknown): string {
  const text = Buffer.isBuffer(input)
    ? `${input.length} bytes ${JSON.stringify(input.toString("latin1"))}`
    : fc.stringify(input);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}… (${text.length} characters)` : text;
}

function showError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\nbecause of ${showError(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
