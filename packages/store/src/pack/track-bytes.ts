import type { ProgressOptions } from "@forkd/core";

const INTERVAL_MS = 1000;
const MIB = 1024 * 1024;

/** Turns "so many more bytes went through" into progress, told once a second. */
export function trackBytes(
  { step, doing }: { step: string; doing: string },
  parts: readonly { readonly sizeBytes: number }[],
  { onProgress }: Pick<ProgressOptions, "onProgress">,
): (count: number) => void {
  const total = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let done = 0;
  let toldAt = performance.now();
  return (count) => {
    done += count;
    if (performance.now() - toldAt < INTERVAL_MS) return;
    toldAt = performance.now();
    const message = `${doing}: ${Math.floor(done / MIB)} of ${Math.ceil(total / MIB)} MiB`;
    onProgress({ step, message, done, total });
  };
}
