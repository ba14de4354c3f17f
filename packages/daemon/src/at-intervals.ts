/** Does something now and then, until disposal; while it is still at it, not again. It keeps no process alive. */
export function doAtIntervals(
  work: () => Promise<void>,
  intervalMs: number,
  onError: (error: unknown) => void,
): Disposable {
  let isBusy = false;
  const doOnce = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    try {
      await work();
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(() => void doOnce().catch(onError), intervalMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
