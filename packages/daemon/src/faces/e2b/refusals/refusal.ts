import { ForkdError } from "@forkd/contract";

/** What E2B has and we do not. */
export interface Refusal {
  /** As the answer names it. */
  readonly option: string;
  /** Which of its values are refused, where not all are. */
  readonly values?: string;
  /** What E2B's TypeScript client calls what it is asked by. */
  readonly sdk: string;
  readonly why: string;
  /** What to do. */
  readonly instead: string;
}

/** What whoever asks for it is told. */
export function refusal({ option, why, instead }: Omit<Refusal, "sdk">, named: string = option): ForkdError {
  return new ForkdError("unsupported_option", { option: named, why, instead });
}

/** Why, and what to do instead. */
export const explainRefusal = ({ why, instead }: Pick<Refusal, "why" | "instead">): string =>
  `${why}; ${instead}`;

/** The same behind the path of a field, for schemas. */
export const describeRefusal = (row: Pick<Refusal, "why" | "instead">): string =>
  `is not supported: ${explainRefusal(row)}`;
