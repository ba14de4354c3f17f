import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Forkd } from "@forkd/sdk";

/** Stops the daemon, and waits until it has let go of its data, so that another can be started. */
export async function stopDaemon(forkd: Forkd, options: { killSandboxes: boolean }): Promise<void> {
  const { pid } = await forkd.version();
  await forkd.stop(options);
  while (existsSync(`/proc/${pid}/exe`)) await delay(20);
}
