import { ForkdError } from "@forkd/contract";

const MAX_QUOTED_CHARS = 1000;

/** The guest did what an honest agent never does; the connection is to be given up. */
export function protocolError(why: string, cause?: unknown): ForkdError<"agent_protocol"> {
  return new ForkdError("agent_protocol", { why }, { cause });
}

export function unreachableError(why: string, cause?: unknown): ForkdError<"agent_unreachable"> {
  return new ForkdError("agent_unreachable", { why }, { cause });
}

/** Text of a guest, fit for a message: no control characters, which could drive a terminal, and not long. */
export function quoteGuestText(text: string): string {
  const cut = text
    .slice(0, MAX_QUOTED_CHARS)
    .replaceAll(/\p{C}+/gu, " ")
    .trim();
  return text.length > MAX_QUOTED_CHARS ? `${cut}…` : cut;
}
