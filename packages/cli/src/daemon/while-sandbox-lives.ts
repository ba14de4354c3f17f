import { isForkdApiError } from "@forkd/sdk";
import type { Forkd, Sandbox } from "@forkd/sdk";
import { CliError } from "../cli-error.ts";
import { printNote } from "../output/print.ts";
import { toSafeText } from "../output/text.ts";
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
 * to. Throws `daemon_lost` when it stays away, `sandbox_dead` and `sandbox_not_found` once the sandbox has ended.
 */
export async function whileSandboxLives(
  forkd: Forkd,
  sandbox: Sandbox,
  { signal, returnMs = RETURN_MS }: WhileOptions,
): Promise<void> {
  try {
    for (;;) {
      await untilStreamEnds(forkd, sandbox, signal);
      await untilAnswered(forkd, signal, returnMs);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

const ENDS = ["sandbox.died", "sandbox.killed", "sandbox.expired"] as const;

/** A stream of events ends with the daemon. What ended before it began is not among them. */
async function untilStreamEnds(forkd: Forkd, sandbox: Sandbox, signal: AbortSignal): Promise<void> {
  try {
    for await (const line of forkd.events.lines({ types: ENDS }, true, { signal }))
      if (line.type === "stream.opened" || ("id" in line && line.id === sandbox.id))
        await checkLives(sandbox, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function checkLives(sandbox: Sandbox, signal: AbortSignal): Promise<void> {
  const { status, died } = await sandbox.refresh({ signal });
  if (status !== "dead") return;
  const message = `${sandbox.id} died: ${toSafeText(died?.why ?? "nobody knows why")}`;
  throw new CliError("sandbox_dead", message, { hint: `forkd logs ${sandbox.id}` });
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
