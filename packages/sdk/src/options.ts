import type { Progress } from "./api.gen.ts";

/** Every call can be aborted; it then rejects with the signal's reason, and the daemon undoes the work. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Work that takes seconds tells its steps. */
export interface ProgressOptions extends CallOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What is asked of a list in pages. */
export interface PageOptions extends CallOptions {
  /** How many a page has at most, up to 1000. Default: 100. */
  readonly limit?: number | undefined;
}
