/** What failed first, where cleaning up after it failed as well; any other value as it is. */
export function firstCauseOf(value: unknown): unknown {
  let cause = value;
  while (cause instanceof SuppressedError) cause = cause.suppressed;
  return cause;
}
