import type { Progress } from "@forkd/contract";

/** The last parameter of every call that can wait. An abort ends the work and undoes what it had begun. */
export interface CallOptions {
  readonly signal: AbortSignal;
}

/** Work that takes longer than a second tells how far it is. */
export interface ProgressOptions extends CallOptions {
  readonly onProgress: (progress: Omit<Progress, "type">) => void;
}
