import { PAGE_SIZE } from "../memory-layer/format.ts";
import type { CaptureMode, CaptureOutlook } from "../ports/engine.ts";

const MIB = 1024 * 1024;

/**
 * How long a machine would stand still, in milliseconds, as measured on two cores (docs/design/branching.md):
 * what is copied while it stands costs by its size, and write-protecting memory for a live capture by all of it. The
 * latter is put at more than was measured, since a live capture also copies all of memory.
 */
const COPY = { fixedMs: 5, msPerMib: 0.4 } as const;
const PROTECT = { fixedMs: 5, msPerMib: 0.02 } as const;

/**
 * The mode with the shortest pause: `still` copies what is dirty while the machine stands still, live copies it
 * afterwards. The overlay is copied in the pause either way.
 */
export function chooseMode<Still extends CaptureMode>(
  { dirtyPages, liveBlocker }: CaptureOutlook,
  memoryMib: number,
  still: Still,
): Still | "live" {
  if (liveBlocker !== undefined) return still;
  const dirtyMib = (dirtyPages * PAGE_SIZE) / MIB;
  const stillMs = COPY.fixedMs + COPY.msPerMib * dirtyMib;
  const liveMs = PROTECT.fixedMs + PROTECT.msPerMib * memoryMib;
  return liveMs < stillMs ? "live" : still;
}
