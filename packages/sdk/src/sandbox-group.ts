/** Members that are ended together. */
export type Group<Member> = readonly Member[] & AsyncDisposable;

/** Gives `members` a disposal that ends them all; it throws an `AggregateError` of those that were not ended. */
export function groupSandboxes<Member extends { kill(): Promise<void> }>(members: Member[]): Group<Member> {
  const dispose = async (): Promise<void> => {
    const outcomes = await Promise.allSettled(members.map((member) => member.kill()));
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} sandboxes were not ended`);
  };
  return Object.defineProperty(members, Symbol.asyncDispose, { value: dispose }) as Member[] &
    AsyncDisposable;
}
