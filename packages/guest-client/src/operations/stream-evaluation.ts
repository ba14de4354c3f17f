import type { Evaluation } from "@forkd/core";
import { ForkdError } from "@forkd/contract";
import type { EvalEvent } from "@forkd/contract";
import type { Bounds } from "../connection/deadline.ts";
import { Exchange } from "../connection/exchange.ts";
import { throwIfRefused } from "../connection/refusal.ts";
import type { Explain } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import { EvalEventReader } from "./eval-events.ts";

const REQUEST = "POST /contexts/{context}/eval";

/** The code runs with the first pull of the iterator; what is not pulled stops it. Ending the iteration interrupts it. */
export async function* streamEvaluation(
  session: AgentSession,
  { language, contextId = language, code, mode, timeoutMs }: Evaluation,
  bounds: Omit<Bounds, "request">,
  explain: Explain,
): AsyncGenerator<EvalEvent, void, undefined> {
  const path = `/contexts/${contextId}/eval`;
  const body = { code, mode, timeout_ms: timeoutMs };
  using exchange = Exchange.open(session, { ...bounds, request: REQUEST, method: "POST", path, body });
  await throwIfRefused(exchange, await exchange.response(), REQUEST, explain);
  yield { type: "start" };
  const reader = new EvalEventReader();
  for (;;) {
    const chunk = await exchange.next();
    if (chunk === null) break;
    yield* readChunk(reader, chunk, exchange);
  }
  if (!reader.ended) throw exchange.breach("ended its stream without an end frame");
}

function readChunk(reader: EvalEventReader, chunk: Buffer, exchange: Exchange): EvalEvent[] {
  try {
    return [...reader.push(chunk)];
  } catch (error) {
    if (!(error instanceof ForkdError)) throw error;
    throw exchange.breach(`was answered with broken frames: ${error.message}`, error);
  }
}
