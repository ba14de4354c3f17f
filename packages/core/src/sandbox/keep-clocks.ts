import { Semaphore } from "../concurrency/semaphore.ts";
import type { CallOptions } from "../ports/options.ts";
import type { Sandbox } from "./sandbox.ts";

const AT_ONCE = 4;
/** A guest that is busy is looked at another time. */
const PATIENCE_MS = 5000;

/**
 * Has the wall clocks of these machines keep the host's time. Nobody asked for it, so a guest that does not answer
 * holds up none of the others, and is no failure: whoever asks it something learns of that.
 */
export async function keepClocks(sandboxes: readonly Sandbox[], { signal }: CallOptions): Promise<void> {
  const slots = new Semaphore(AT_ONCE);
  const keepOne = async (sandbox: Sandbox): Promise<void> => {
    using _ = await slots.acquire("a guest's clock", { signal });
    await sandbox.keepClock({ signal: AbortSignal.timeout(PATIENCE_MS) });
  };
  await Promise.allSettled(sandboxes.map(keepOne));
}
