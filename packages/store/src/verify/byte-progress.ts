import type { ProgressOptions } from "@forkd/core";

const INTERVAL_MS = 1000;
const STEPS = { "computing digests": "digests", copying: "copy" } as const;
const MIB = 1024 * 1024;

/** Turns "so many more bytes are done" into progress, told once a second. `doing` says what is done to them. */
export function byteProgress(
  files: readonly { readonly sizeBytes: number }[],
  doing: "computing digests" | "copying",
  { onProgress }: Pick<ProgressOptions, "onProgress">,
): (count: number) => void {
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let done = 0;
  let toldAt = performance.now();
  return (count) => {
    done += count;
    if (performance.now() - toldAt < INTERVAL_MS) return;
    toldAt = performance.now();
    const message = `${doing}: ${Math.floor(done / MIB)} of ${Math.ceil(total / MIB)} MiB`;
    onProgress({ step: STEPS[doing], message, done, total });
  };
}
