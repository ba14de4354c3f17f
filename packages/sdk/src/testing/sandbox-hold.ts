import { clearInterval, setInterval } from "node:timers";
import { isForkdApiError } from "../errors.ts";
import type { Sandbox } from "../sandbox.ts";

/** A sandbox whose time does not run out before it is let go. */
export interface Hold {
  readonly sandbox: Sandbox;
  readonly release: () => Promise<void>;
}

/** How many there may be in a row whose time ran out while they waited. */
const MAX_GONE = 16;
/** So many renewals may fail before its time is over. */
const RENEWALS = 3;

/** Takes sandboxes until one is there, and holds it: it has `ttlSecs` from now on, again and again. */
export async function openHold(take: () => Promise<Sandbox>, ttlSecs: number): Promise<Hold> {
  for (let gone = 0; ; gone++) {
    const sandbox = await take();
    try {
      await sandbox.setTimeout(ttlSecs);
      return { sandbox, release: renew(sandbox, ttlSecs) };
    } catch (error) {
      if (isGone(error) && gone < MAX_GONE) continue;
      await sandbox.kill();
      throw error;
    }
  }
}

/** Gives what ends it, and waits for a renewal that is under way, lest it undo what is set then. */
function renew(sandbox: Sandbox, ttlSecs: number): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  const renewOnce = (): void => {
    // Whoever works with a sandbox that is gone is told so there.
    last = sandbox.setTimeout(ttlSecs).catch(() => {});
  };
  const timer = setInterval(renewOnce, (ttlSecs * 1000) / RENEWALS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await last;
  };
}

function isGone(error: unknown): boolean {
  return isForkdApiError(error) && (error.code === "sandbox_not_found" || error.code === "sandbox_dead");
}
