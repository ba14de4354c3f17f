import { ForkdError } from "@forkd/contract";
import { z } from "zod";
import type { Exchange, ReplyHeaders } from "./exchange.ts";
import { quoteGuestText } from "./protocol-error.ts";
import { readJson } from "./reply.ts";

/** An agent's own error: `code` is one of its protocol's, `message` is fit for printing. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Finds the catalogue's error for a refusal; undefined gives `guest_refused`. */
export type Explain = (refusal: Refusal) => ForkdError | undefined;

/** For requests that every path of fixed names leads to: an agent that knows none of them is an older one. */
export function explainMissingRequest(what: string): Explain {
  return ({ code }) => (code === "not_found" ? new ForkdError("agent_outdated", { what }) : undefined);
}

const REFUSAL_LIMIT = { bytes: 65_536, excess: "breach" } as const;
const refusalSchema = z.object({ code: z.string().regex(/^[a-z_]{1,64}$/), message: z.string() });

/** Throws unless the guest answered with success. */
export async function throwIfRefused(
  exchange: Exchange,
  headers: ReplyHeaders,
  request: string,
  explain?: Explain,
): Promise<void> {
  const status = headers[":status"];
  if (status === 200) return;
  if (status === undefined || status < 400) throw exchange.breach(`was answered with status ${status}`);
  const { code, message } = await readJson(exchange, refusalSchema, REFUSAL_LIMIT);
  const refusal = { code, message: quoteGuestText(message) };
  throw explain?.(refusal) ?? new ForkdError("guest_refused", { request, code, why: refusal.message });
}
