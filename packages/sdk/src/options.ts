import type { Progress } from "./api.gen.ts";

/** Every call can be aborted; it then rejects with the signal's reason, and the daemon undoes the work. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Work that takes seconds tells its steps. */
export interface ProgressOptions extends CallOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
