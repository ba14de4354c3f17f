import type { z } from "zod";
import { Exchange } from "./exchange.ts";
import type { AgentRequest } from "./exchange.ts";
import { readJson } from "./reply.ts";
import type { ReplyLimit } from "./reply.ts";
import { throwIfRefused } from "./refusal.ts";
import type { Explain } from "./refusal.ts";
import type { AgentSession } from "./session.ts";

/** For what only the agent itself has a say in. */
const SMALL_REPLY: ReplyLimit = { bytes: 1024 * 1024, excess: "breach" };

/** A request whose reply is a JSON object. */
export interface JsonCall<T> extends Omit<AgentRequest, "stallMs"> {
  readonly schema: z.ZodType<T>;
  readonly replyLimit?: ReplyLimit;
  readonly explain?: Explain;
}

/**
 * Sends a request and reads its JSON reply. Throws what `explain` makes of a refusal, `guest_refused`,
 * `agent_timeout`, `cancelled`, `agent_unreachable`, `agent_protocol`.
 */
export async function callJson<T>(session: AgentSession, call: JsonCall<T>): Promise<T> {
  using exchange = Exchange.open(session, call);
  await throwIfRefused(exchange, await exchange.response(), call.request, call.explain);
  return await readJson(exchange, call.schema, call.replyLimit ?? SMALL_REPLY);
}
