import { parentPort, workerData } from "node:worker_threads";
import { JsonError } from "./json-bounds.ts";
import type { JsonBounds } from "./json-bounds.ts";
import { parseJsonNow } from "./parse-json.ts";
import type { ParsedElsewhere } from "./parse-json.ts";

function parse({ text, bounds }: { text: Uint8Array; bounds: JsonBounds }): ParsedElsewhere {
  try {
    return { value: parseJsonNow(text, bounds) };
  } catch (error) {
    if (error instanceof JsonError) return { why: error.message };
    throw error;
  }
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
parentPort?.postMessage(parse(workerData as Parameters<typeof parse>[0]));
