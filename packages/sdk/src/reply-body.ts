import { unexpectedReply } from "./errors.ts";
import type { TransportReply } from "./transport/transport.ts";

/** The largest JSON reply that is accepted: two outputs of an exec at their largest, every byte escaped. */
const MAX_JSON_BYTES = 256 * 1024 * 1024;

/** The whole body as bytes. Throws `unexpected_reply` when it is longer than `maxBytes`. */
export async function readBytes(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    if (length > maxBytes) throw unexpectedReply(`the reply is longer than ${maxBytes} bytes`);
    parts.push(part);
  }
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  return concatenate(parts, length);
}

export async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  return new TextDecoder().decode(await readBytes(body, MAX_JSON_BYTES));
}

export async function readJson({ status, body }: TransportReply): Promise<unknown> {
  const text = await readText(body);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw unexpectedReply(`the reply is not JSON: ${text.slice(0, 80)}`, status, error);
  }
}

function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
