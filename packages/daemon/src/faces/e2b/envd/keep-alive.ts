import type { HandlerContext } from "@connectrpc/connect";

const FIELD = "keepalive-ping-interval";
const MIN_SECS = 1;
const DEFAULT_SECS = 90;
const MAX_SECS = 3600;

/** How long a stream may be silent, as its client asks for it. */
export function keepAliveMs({ requestHeader }: Pick<HandlerContext, "requestHeader">): number {
  const secs = Number(requestHeader.get(FIELD) ?? DEFAULT_SECS);
  return Math.min(Math.max(Number.isFinite(secs) ? secs : DEFAULT_SECS, MIN_SECS), MAX_SECS) * 1000;
}

/** What an iteration gives, with a sign of life wherever it is silent for so long. Ending it ends the other. */
export async function* withKeepAlive<Message>(
  messages: AsyncIterable<Message>,
  sign: Message,
  silenceMs: number,
): AsyncGenerator<Message> {
  const iterator = messages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = iterator.next();
      let result = await orSilence(next, silenceMs);
      for (; result === undefined; result = await orSilence(next, silenceMs)) yield sign;
      if (result.done) return;
      yield result.value;
    }
  } finally {
    // It may be waiting for what never comes; its signal ends that.
    void iterator.return?.()?.catch(() => {});
  }
}

async function orSilence<Value>(promise: Promise<Value>, silenceMs: number): Promise<Value | undefined> {
  const silence = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => silence.resolve(undefined), silenceMs);
  try {
    return await Promise.race([promise, silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}
