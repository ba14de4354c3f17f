import { ERRORS, isForkdError } from "@forkd/contract";

/** What became of an input. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

export async function outcomeOf(work: () => unknown): Promise<Outcome> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

/** Throws unless the input was read, or refused by an error of the catalogue that is the input's fault. */
export function requireOurs(outcome: Outcome): void {
  if (!("error" in outcome)) return;
  const { error } = outcome;
  if (!isForkdError(error)) throw new Error("it ended with what is no error of ours", { cause: error });
  if (ERRORS[error.code].status === 500 && error.code === "internal")
    throw new Error("it ended as an error of our own making", { cause: error });
}

/** As {@link requireOurs}, for a parser with errors of its own. */
export function requireKind(outcome: Outcome, ...kinds: readonly (new (...args: never[]) => Error)[]): void {
  if (!("error" in outcome) || kinds.some((kind) => outcome.error instanceof kind)) return;
  requireOurs(outcome);
}

/** Throws unless `isTrue`: what was read is not what it must be. */
export function require(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(what);
}
