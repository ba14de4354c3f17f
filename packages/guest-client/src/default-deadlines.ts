/**
 * How long the guest may take for each kind of request, in ms. They are for a guest that hangs, not for one that is
 * slow: an emulated guest on a busy host takes seconds for what a fast one does in a millisecond.
 */
export const DEFAULT_DEADLINES = {
  /** From the resync line to its echo: the guest may still be booting. */
  connectMs: 60_000,
  /** Requests that only look something up or pass something on. */
  quickMs: 10_000,
  /** The fork contract: inline files, interpreters to be reseeded, hooks of 5 s each. */
  forkMs: 60_000,
  /** For how long a host may be too busy to tell a guest's clock. */
  clockMs: 10_000,
  /** A connection to a port, for which the agent itself takes at most 10 s. */
  portMs: 20_000,
  startInterpreterMs: 60_000,
  syncMs: 120_000,
  /** What a command or an evaluation may take beyond its own time-out. */
  graceMs: 10_000,
  /** What a guest may have very much of: directories to be watched, files to be removed. */
  treeMs: 600_000,
  /** How long the guest may leave us waiting in the middle of a file. */
  stallMs: 30_000,
} as const;

/** One value for each of {@link DEFAULT_DEADLINES}, in ms. */
export type Deadlines = Readonly<Record<keyof typeof DEFAULT_DEADLINES, number>>;
