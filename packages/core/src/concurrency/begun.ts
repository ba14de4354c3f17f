/** What is left of an iteration behind its first step, which may still be awaited. Its end is always told on, also where nothing more is read. */
export function goOnAfter<Value>(
  first: IteratorResult<Value> | Promise<IteratorResult<Value>>,
  rest: AsyncIterator<Value>,
): AsyncIterableIterator<Value> {
  let begun: typeof first | undefined = first;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const step = begun ?? rest.next();
      begun = undefined;
      return await step;
    },
    async return() {
      const end = { done: true as const, value: undefined };
      begun = end;
      await rest.return?.();
      return end;
    },
  };
}
