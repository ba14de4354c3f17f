import { setTimeout as delay } from "node:timers/promises";

/** What is read once it stays as it is for a while: on a busy host what is under way takes its time. */
export async function settled<Value>(
  read: () => Value | Promise<Value>,
  { restMs = 500 }: { readonly restMs?: number } = {},
): Promise<Value> {
  for (let last = await read(); ;) {
    await delay(restMs);
    const now = await read();
    if (now === last) return now;
    last = now;
  }
}
