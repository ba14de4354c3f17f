import type { Sandbox } from "@forkd/sdk";

/** By how many ms a guest's wall clock is surely wrong: what the question may have been under way is taken off. */
export async function clockErrorOf(child: Sandbox): Promise<number> {
  const { clockOffsetMs, roundTripMs } = await child.ping();
  return Math.max(0, Math.abs(clockOffsetMs) - roundTripMs / 2);
}
