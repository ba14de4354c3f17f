const HEADER = "keepalive-ping-interval";
const DEFAULT_SECS = 90;
const MAX_SECS = 86_400;

/** How long a client lets a stream be silent, in milliseconds. */
export function keepAliveMs(headers: Headers): number {
  const secs = Number(headers.get(HEADER) ?? DEFAULT_SECS);
  return (secs >= 1 ? Math.min(secs, MAX_SECS) : DEFAULT_SECS) * 1000;
}

/** The same events, with `ping` between them wherever none has come for so long. */
export async function* withKeepAlive<Event>(
  events: AsyncIterable<Event>,
  ping: Event,
  intervalMs: number,
): AsyncGenerator<Event> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = iterator.next();
      while (!(await settlesWithin(next, intervalMs))) yield ping;
      const { done, value } = await next;
      if (done) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  const onSettled = (): void => resolve(true);
  work.then(onSettled, onSettled);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
