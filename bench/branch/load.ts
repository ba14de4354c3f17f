import { setTimeout as delay } from "node:timers/promises";
import type { Sandbox } from "@forkd/sdk";

/** What the source does while it is branched. */
export type Load =
  /** It has written this much memory, and is at rest. */
  | { readonly kind: "dirty"; readonly mib: number }
  /** It goes on writing over an area of this size, at this rate. */
  | { readonly kind: "writing"; readonly mib: number; readonly mibPerSecond: number };

const WARM_UP_MS = 2000;

/** Makes a guest do this. */
export async function startLoad(sandbox: Sandbox, load: Load): Promise<void> {
  const { error, traceback } = await sandbox.eval(
    `import numpy as np; block = np.random.default_rng().integers(0, 255, ${load.mib} << 20, dtype=np.uint8)`,
    { mode: "run", timeoutSecs: 120 },
  );
  if (error !== null) throw new Error(traceback ?? error);
  if (load.kind === "dirty") return;
  const started = await sandbox.eval(writerOf(load), { mode: "run", timeoutSecs: 120 });
  if (started.error !== null) throw new Error(started.traceback ?? started.error);
  await delay(WARM_UP_MS);
}

/** A thread that writes a MiB at a time, and sleeps when it is ahead of its rate. numpy lets other threads run. */
function writerOf({ mib, mibPerSecond }: Extract<Load, { kind: "writing" }>): string {
  return `
import threading, time
def write():
    begun, written = time.monotonic(), 0
    while True:
        at = (written % ${mib}) << 20
        block[at:at + (1 << 20)] = written & 255
        written += 1
        ahead = written / ${mibPerSecond} - (time.monotonic() - begun)
        if ahead > 0: time.sleep(ahead)
threading.Thread(target=write, daemon=True).start()
`;
}
