import { isForkdApiError } from "@forkd/sdk";
import type { Forkd } from "@forkd/sdk";
import { CliError } from "../cli-error.ts";
import { printNote } from "../output/print.ts";
import { sleep } from "../sleep.ts";

/** A daemon that is started anew listens within a second or two. */
const RETURN_MS = 10_000;
const RETRY_MS = 250;

interface WhileOptions {
  readonly signal: AbortSignal;
  /** How long a daemon that has gone may take to be back. */
  readonly returnMs?: number;
}

/**
 * Waits until the signal aborts, which is no error. A daemon that goes has a while to come back: its machines outlive it,
 * and a new one takes them over, so that what needs both can go on. None is started, since whoever ended it may have meant
 * to. Throws `daemon_lost` when it stays away.
 */
export async function whileDaemonAnswers(
  forkd: Forkd,
  { signal, returnMs = RETURN_MS }: WhileOptions,
): Promise<void> {
  try {
    for (;;) {
      await untilStreamEnds(forkd, signal);
      await untilAnswered(forkd, signal, returnMs);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A stream of events ends with the daemon. Of this kind there are few. */
async function untilStreamEnds(forkd: Forkd, signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of forkd.events.follow({ types: ["garbage"], signal }));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** One that answers at once has only ended the stream, or somebody between has, and nothing is said of it. */
async function untilAnswered(forkd: Forkd, signal: AbortSignal, returnMs: number): Promise<void> {
  const late = AbortSignal.timeout(returnMs);
  const deadline = AbortSignal.any([signal, late]);
  let hasGone = false;
  try {
    for (; !(await answers(forkd, deadline)); hasGone = true) {
      if (!hasGone) printNote(`the daemon has gone: waiting up to ${returnMs / 1000} s for it to come back`);
      await sleep(RETRY_MS, deadline);
    }
    if (hasGone) printNote("the daemon is back");
    else await sleep(RETRY_MS, deadline);
  } catch (error) {
    throw late.aborted ? daemonStaysAway(forkd.baseUrl, returnMs) : error;
  }
}

function daemonStaysAway(url: string, returnMs: number): CliError {
  const message = `the daemon at ${url} has gone, and none answered in ${returnMs / 1000} s`;
  const hint = "start one, 'forkd daemon start', and then this again";
  return new CliError("daemon_lost", message, { hint });
}

async function answers(forkd: Forkd, signal: AbortSignal): Promise<boolean> {
  try {
    await forkd.health({ signal });
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

const isGone = (error: unknown): boolean =>
  isForkdApiError(error) && (error.code === "daemon_lost" || error.code === "daemon_unreachable");
