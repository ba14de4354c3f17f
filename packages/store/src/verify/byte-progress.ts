import type { ProgressOptions } from "@forkd/core";

const INTERVAL_MS = 1000;
const MIB = 1024 * 1024;

/** What is done to the bytes: a stable name for programs, and words for people. */
export interface ByteWork {
  readonly step: string;
  readonly doing: string;
}

export const DIGESTING: ByteWork = { step: "digests", doing: "computing digests" };
export const COPYING: ByteWork = { step: "copy", doing: "copying" };

/** Turns "so many more bytes are done" into progress, told once a second. */
export function byteProgress(
  { step, doing }: ByteWork,
  files: readonly { readonly sizeBytes: number }[],
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
    onProgress({ step, message, done, total });
  };
}
