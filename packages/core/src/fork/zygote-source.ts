import type { CopySpec, Machine } from "../ports/engine.ts";
import type { CallOptions } from "../ports/options.ts";
import type { MachineSource } from "./machine-source.ts";

export interface CopyOptions extends CallOptions {
  /** How many children are made of the source in all. */
  readonly children: number;
}

/** What children are copied from. */
export interface ZygoteSource {
  /**
   * Makes a child by a copy. Undefined when it is to be restored: there is no zygote that is worth while, or it cannot
   * be copied. Throws as {@link Zygote.fork} does, but for `vmm_failed`.
   */
  copy(source: MachineSource, child: CopySpec, options: CopyOptions): Promise<Machine | undefined>;
  /** Has the zygote of a source made, for the forks to come. Nobody waits for it. */
  prepare(source: MachineSource): void;
  /** Counts a copy whose agent did not answer. A source with several of them has no zygote for a while. */
  reportSilent(source: MachineSource, error: unknown): void;
}

/** Zygotes of a source that is forked from once: none is made that is not worth while. */
export function forOneFork(zygotes: ZygoteSource): ZygoteSource {
  return {
    copy: (source, child, options) => zygotes.copy(source, child, options),
    prepare: () => {},
    reportSilent: (source, error) => zygotes.reportSilent(source, error),
  };
}
