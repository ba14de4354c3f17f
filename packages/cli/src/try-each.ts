/** What came of several attempts: what those gave that went well, and the first failure. */
export interface Outcomes<Result> {
  readonly results: Result[];
  readonly failure: PromiseRejectedResult | undefined;
}

/** Does something with each of several words, whatever becomes of the others. */
export async function tryEach<Result>(
  words: readonly string[],
  attempt: (word: string) => Promise<Result>,
): Promise<Outcomes<Result>> {
  const outcomes = await Promise.allSettled(words.map(attempt));
  return {
    results: outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : [])),
    failure: outcomes.find((outcome) => outcome.status === "rejected"),
  };
}
