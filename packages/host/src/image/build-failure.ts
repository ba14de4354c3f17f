import { ForkdError } from "@forkd/contract";
import type { CommandResult } from "../process/run-command.ts";

/** mke2fs says so when the tree has more blocks or files than the file system. */
const TOO_SMALL = /Could not allocate (?:block|inode)|No free space in the directory/;
const HOST_FULL = /No space left on device|not enough free space|don't have enough free space/i;

/** What mmdebstrap says about itself, and apt's calls of dpkg: no help to who wrote the recipe. */
const NOISE =
  /^(?:\/usr\/bin\/dpkg --|I: (?:running|main|cleaning|installing|extracting|chroot|finding)|W: Download is performed|E: (?:setup|mmdebstrap|system|unshared|command failed:?) )|^FORKD-STEP /;

/** Throws `disk_full` or `image_build_failed` when a step of a build did not end well. */
export function checkEnd(
  result: CommandResult,
  step: { image: string; step: string; path: string; sizeMib?: number },
): void {
  if (result.ok) return;
  if (result.tail.some((line) => HOST_FULL.test(line))) {
    throw new ForkdError("disk_full", { path: step.path, doing: `image ${step.image}` });
  }
  const tooSmall = step.sizeMib !== undefined && result.tail.some((line) => TOO_SMALL.test(line));
  const verdict = tooSmall
    ? `it does not fit into ${step.sizeMib} MiB: raise size_mib`
    : `ended with ${result.ended}`;
  throw new ForkdError("image_build_failed", {
    image: step.image,
    step: step.step,
    output: [...result.tail.filter((line) => !NOISE.test(line)), verdict],
  });
}
