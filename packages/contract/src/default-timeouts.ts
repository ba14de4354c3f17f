/**
 * How long work may take unless the request says otherwise, in seconds. Null: as long as its caller waits; a command
 * ends with the request that runs it, and a detached one when it likes.
 */
export const DEFAULT_TIMEOUT_SECS = { exec: null, eval: 30, snapshot: 300 } as const;
