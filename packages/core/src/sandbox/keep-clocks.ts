import { Semaphore } from "../concurrency/semaphore.ts";
import { orCancelled } from "../concurrency/abort.ts";
import type { CallOptions } from "../ports/options.ts";

/** Whose wall clock can be looked at. */
export interface ClockOwner {
  keepClock(options: CallOptions): Promise<void>;
}

/** Even a hundred guests that hang cost a round no more than a few seconds. */
const AT_ONCE = 32;
/** A guest that is busy is looked at another time. */
const PATIENCE_MS = 2000;

/**
 * Has the wall clocks of these machines keep the host's time. Nobody asked for it, so a guest that does not answer
 * is no failure, and holds up the others for a moment at most: whoever asks it something learns of that.
 */
export async function keepClocks(owners: readonly ClockOwner[], options: CallOptions): Promise<void> {
  const slots = new Semaphore(AT_ONCE);
  const keepOne = async (owner: ClockOwner): Promise<void> => {
    using _ = await slots.acquire("a guest's clock", options);
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(PATIENCE_MS)]);
    await orCancelled(owner.keepClock({ signal }), signal, "looking at a guest's clock");
  };
  await Promise.allSettled(owners.map(keepOne));
}
