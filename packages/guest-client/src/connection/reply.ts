import { ForkdError } from "@forkd/contract";
import type { z } from "zod";
import type { Exchange } from "./exchange.ts";
import { parseGuestJson } from "./guest-json.ts";

const FIRST_BUFFER_BYTES = 16_384;

/** How many bytes a reply may have, and what more of them are. */
export interface ReplyLimit {
  readonly bytes: number;
  /**
   * `breach`: no honest agent sends as much. `refuse`: what runs in the guest decides how much it is, so the agent is
   * not at fault: the request fails with `guest_refused`, and the connection goes on.
   */
  readonly excess: "breach" | "refuse";
}

/** Reads a JSON reply to its end. Another shape than the schema's ends the connection. */
export async function readJson<T>(exchange: Exchange, schema: z.ZodType<T>, limit: ReplyLimit): Promise<T> {
  const text = await readText(exchange, limit);
  return parseGuestJson(text, schema, {
    unread: (why, cause) => exchange.breach(`was answered with something that ${why}`, cause),
    misfit: (issues, cause) => exchange.breach(`was answered with the wrong fields: ${issues}`, cause),
  });
}

/** Copies small chunks together: keeping each as it came would let a guest spend 200 bytes of ours for each of its. */
async function readText(exchange: Exchange, limit: ReplyLimit): Promise<Buffer> {
  const maxBytes = limit.bytes;
  const first = await exchange.next();
  if (first === null) return Buffer.alloc(0);
  let second = await exchange.next();
  if (second === null && first.length <= maxBytes) return first;

  let buffer = Buffer.allocUnsafe(Math.max(FIRST_BUFFER_BYTES, 2 * first.length));
  let length = first.copy(buffer);
  for (; second !== null; second = await exchange.next()) {
    const needed = length + second.length;
    if (needed > maxBytes) break;
    if (needed > buffer.length) buffer = Buffer.concat([buffer], Math.min(maxBytes, 2 * needed));
    length += second.copy(buffer, length);
  }
  if (second !== null || length > maxBytes) throw exceeds(exchange, limit);
  return buffer.subarray(0, length);
}

function exceeds(exchange: Exchange, { bytes, excess }: ReplyLimit): ForkdError {
  const why = `was answered with over ${bytes} bytes`;
  if (excess === "breach") return exchange.breach(why);
  return new ForkdError("guest_refused", { request: exchange.request, code: "too_large", why: `it ${why}` });
}
