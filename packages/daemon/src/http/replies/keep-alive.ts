/** How long an answer that comes bit by bit may be silent: proxies end what was for 30 s and more. */
export const SILENCE_MS = 25_000;

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

/** What a promise gives, or nothing when it takes longer. */
export async function orSilence<Value>(
  promise: Promise<Value>,
  silenceMs: number,
): Promise<Value | undefined> {
  const silence = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => silence.resolve(undefined), silenceMs);
  try {
    return await Promise.race([promise, silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}
