import type { IAsyncPropertyWithHooks } from "fast-check";

/** One parser that reads what somebody hostile may have written. */
export interface FuzzTarget {
  readonly name: string;
  /** Starts what it needs. */
  open(): Promise<OpenTarget>;
}

/** Disposal ends what was started. */
export interface OpenTarget extends AsyncDisposable {
  /** Fails for an input that is neither read as a whole nor refused with an error of ours. */
  readonly property: IAsyncPropertyWithHooks<readonly [unknown]>;
}

/** A target that starts nothing. */
export const alone = (property: OpenTarget["property"]): OpenTarget => ({
  property,
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
