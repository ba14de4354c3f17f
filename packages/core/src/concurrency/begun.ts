/** What is left of an iteration behind its first step. Its end is always told on, also where nothing more is read. */
export function goOnAfter<Value>(
  first: IteratorResult<Value>,
  rest: AsyncIterator<Value>,
): AsyncIterableIterator<Value> {
  let begun: IteratorResult<Value> | undefined = first;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const step = begun ?? (await rest.next());
      begun = undefined;
      return step;
    },
    async return() {
      begun = { done: true, value: undefined };
      await rest.return?.();
      return begun;
    },
  };
}
