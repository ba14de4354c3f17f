import type { Readable } from "node:stream";
import { ForkdError, isForkdError } from "@forkd/contract";
import { Exchange } from "./exchange.ts";
import type { AgentRequest } from "./exchange.ts";
import type { AgentSession } from "./session.ts";

/** A request whose body is an input: the input is destroyed when the request cannot be sent. */
export function openUpload(session: AgentSession, request: AgentRequest, input: Readable): Exchange {
  try {
    return Exchange.open(session, request);
  } catch (error) {
    input.destroy();
    throw error;
  }
}

/**
 * Sends all of `input` as the body of a request, and tells how many bytes that were. It stops as soon as the guest
 * has answered. The input is consumed or destroyed in any case; when it fails, the body is not ended but reset.
 */
export async function upload(exchange: Exchange, input: Readable, request: string): Promise<number> {
  let bytes = 0;
  // A guest that answers early must not have to wait for an input that has nothing to give.
  void exchange.untilSettled().then(() => input.destroy());
  try {
    for await (const chunk of input as AsyncIterable<Buffer | string>) {
      if (exchange.settled) return bytes;
      const part = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      bytes += part.length;
      await exchange.write(part);
    }
    exchange.endWriting();
    return bytes;
  } catch (error) {
    if (exchange.settled) return bytes;
    if (isForkdError(error)) throw error;
    throw new ForkdError("cancelled", { stage: `reading what ${request} was to send` }, { cause: error });
  }
}
