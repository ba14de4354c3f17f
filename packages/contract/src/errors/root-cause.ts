/** What failed first, where undoing it failed as well; any other value as it is. */
export function rootCauseOf(value: unknown): unknown {
  let cause = value;
  while (cause instanceof SuppressedError) cause = cause.suppressed;
  return cause;
}

/** What failed while an error, or one that it was made of, was being undone; in the order of the attempts. */
export function listCleanupFailures(error: unknown): unknown[] {
  if (error instanceof SuppressedError)
    return [...listCleanupFailures(error.suppressed), ...flatten(error.error)];
  return error instanceof Error && error.cause !== undefined ? listCleanupFailures(error.cause) : [];
}

/** A stack that fails more than once gives one such error for all. */
function flatten(failure: unknown): unknown[] {
  return failure instanceof SuppressedError
    ? [...flatten(failure.suppressed), ...flatten(failure.error)]
    : [failure];
}
