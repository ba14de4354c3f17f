/** What time it is, and what is to happen later. Tests bring one of their own. */
export interface Clock {
  /** Milliseconds since some moment, which never go back. */
  now(): number;
  /** Does `work` in so many milliseconds, unless it is disposed of before. It keeps no process alive. */
  schedule(ms: number, work: () => void): Disposable;
}

/** The clock of this process. */
export const PROCESS_CLOCK: Clock = {
  now: () => performance.now(),
  schedule: (ms, work) => {
    const timer = setTimeout(work, ms).unref();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};
