import type { ForkdError } from "@forkd/contract";

const MAX_LENGTH = 300;

/** E2B's TypeScript client shows this of most refusals, and nothing of their bodies. */
export function reasonPhrase({ message }: ForkdError): string {
  return message.slice(0, MAX_LENGTH).replaceAll(/[^ -~]/g, "?");
}
