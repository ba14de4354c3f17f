import { Option } from "@commander-js/extra-typings";
import type { BranchOptions } from "@forkd/sdk";

/** The options of every verb that branches. At most one mode can be told. */
export const fullOption = () =>
  new Option("--full", "a snapshot whose memory stands alone").conflicts(["diff", "live", "auto"]);
export const diffOption = () =>
  new Option("--diff", "a layer of the pages that differ from the parent").conflicts(["live", "auto"]);
export const liveOption = () =>
  new Option("--live", "copied while the sandbox runs on; it must be forked with --live-fork").conflicts(
    "auto",
  );
export const autoOption = () => new Option("--auto", "the mode with the shortest pause (default)");
export const noWaitOption = () =>
  new Option("--no-wait", "do not wait until the snapshot is written: see forkd jobs");

interface ModeOptions {
  readonly full?: true | undefined;
  readonly diff?: true | undefined;
  readonly live?: true | undefined;
  readonly auto?: true | undefined;
}

/** The mode that the options say, or undefined when they say none. */
export function modeOf({
  full,
  diff,
  live,
  auto,
}: ModeOptions): NonNullable<BranchOptions["mode"]> | undefined {
  if (full) return "full";
  if (diff) return "diff";
  if (live) return "live";
  return auto ? "auto" : undefined;
}
