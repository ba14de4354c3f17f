import { CliError } from "./cli-error.ts";
import { EXIT } from "./exit-codes.ts";

/** No timer of Node waits for longer. */
const MAX_MS = 2 ** 31 - 1;

interface Limit {
  readonly timeoutSecs: number | undefined;
  readonly signal: AbortSignal;
  /** What has not come about then, as a sentence. */
  readonly missed: string;
}

/** Waits for something, without a limit or for so long. Throws with the status of a time-out then. */
export async function withinTime<Result>(
  wait: (signal: AbortSignal) => Promise<Result>,
  { timeoutSecs, signal, missed }: Limit,
): Promise<Result> {
  if (timeoutSecs === undefined) return wait(signal);
  const late = AbortSignal.timeout(Math.min(timeoutSecs * 1000, MAX_MS));
  try {
    return await wait(AbortSignal.any([signal, late]));
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error;
    const hint = "wait for longer: --timeout TIME";
    throw new CliError("timed_out", `${missed} in ${timeoutSecs} s`, { hint, exitCode: EXIT.timedOut });
  }
}
