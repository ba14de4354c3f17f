import type { E2bError } from "../e2b-error.ts";

const MAX_LENGTH = 300;

/** E2B's TypeScript client shows this of most refusals, and nothing of their bodies. */
export function reasonPhrase({ message }: Pick<E2bError, "message">): string {
  return message.slice(0, MAX_LENGTH).replaceAll(/[^ -~]/g, "?");
}
