import type { Sandbox } from "@forkd/sdk";

/** From now on: for how many ms the guest stood still, by its monotonic clock, which stands still with it. */
export async function watchStandstill(child: Sandbox): Promise<() => Promise<number>> {
  const first = await readClocks(child);
  return async () => {
    const last = await readClocks(child);
    return last.hostMs - first.hostMs - (last.guestMs - first.guestMs);
  };
}

async function readClocks(child: Sandbox): Promise<{ hostMs: number; guestMs: number }> {
  const { uptimeMs: guestMs } = await child.ping();
  return { hostMs: performance.now(), guestMs };
}
