import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { CallOptions } from "../ports/options.ts";
import { throwIfAborted } from "../concurrency/abort.ts";
import { JSON_BOUNDS, JsonError, requireJsonBounds } from "./json-bounds.ts";
import type { JsonBounds } from "./json-bounds.ts";

/**
 * Larger texts are parsed by a thread of their own. This much takes less time than a thread does to start, some 20 ms,
 * and threads that come and go leave the process larger.
 */
const INLINE_LIMIT_BYTES = 2 * 1024 * 1024;

/** Plain, or with escapes. */
const MAY_NAME_PROTO = /__proto__|\\u00[57]/;

/** What a thread gives back: the value, or what was wrong with the text. */
export type ParsedElsewhere = { readonly value: unknown } | { readonly why: string };

/** The value of a small text in UTF-8. Throws {@link JsonError}. */
export function parseJsonNow(text: Uint8Array, bounds: JsonBounds = JSON_BOUNDS): unknown {
  requireJsonBounds(text, bounds);
  try {
    const decoded = new TextDecoder("utf-8", { fatal: true }).decode(text);
    return MAY_NAME_PROTO.test(decoded) ? JSON.parse(decoded, refuseProto) : JSON.parse(decoded);
  } catch (cause) {
    if (cause instanceof JsonError) throw cause;
    throw new JsonError("is not JSON", { cause });
  }
}

/** Whoever copies an object by its names loses this one, or changes what the copy inherits. */
function refuseProto(name: string, value: unknown): unknown {
  if (name === "__proto__") throw new JsonError("has something named __proto__, which nothing may be");
  return value;
}

/** The value of a text of any size, without holding up everything else. Throws {@link JsonError}, `cancelled`. */
export async function parseJson(
  text: Uint8Array,
  { signal }: CallOptions,
  bounds: JsonBounds = JSON_BOUNDS,
): Promise<unknown> {
  throwIfAborted(signal, "parsing JSON");
  return text.length <= INLINE_LIMIT_BYTES
    ? parseJsonNow(text, bounds)
    : parseElsewhere(text, bounds, signal);
}

async function parseElsewhere(text: Uint8Array, bounds: JsonBounds, signal: AbortSignal): Promise<unknown> {
  const worker = new Worker(new URL("parse-worker.ts", import.meta.url), { workerData: { text, bounds } });
  try {
    const [parsed] = (await once(worker, "message", { signal })) as [ParsedElsewhere];
    if ("why" in parsed) throw new JsonError(parsed.why);
    return parsed.value;
  } catch (error) {
    throwIfAborted(signal, "parsing JSON");
    throw error;
  } finally {
    await worker.terminate();
  }
}
