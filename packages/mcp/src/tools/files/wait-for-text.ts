import { setTimeout as delay } from "node:timers/promises";
import { guestPathSchema } from "@forkd/contract/schemas";
import { isForkdApiError } from "@forkd/sdk";
import type { Files } from "@forkd/sdk";
import { z } from "zod";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "../sandboxes/fork-fields.ts";

const WATCHED_BYTES = 65_536;
const EXCERPT_CHARACTERS = 4096;
/** There may be no file yet, or nothing in it. */
const NOTHING_YET: readonly string[] = ["guest_file_not_found", "range_not_satisfiable"];

export const waitForText = defineTool({
  name: "wait_for_text",
  title: "Wait for a text in a file",
  description:
    "Wait until a text stands in a file, in its last 64 KiB, such as a log that says ready. A time-out is a result with found: " +
    "false, and the end of the file.",
  effect: "reads",
  input: z.strictObject({
    id: sandboxField,
    path: guestPathSchema,
    marker: z.string().min(1).max(1024).meta({ description: "The text that is waited for." }),
    timeout_secs: z.number().positive().max(3600).default(60),
    poll_interval_ms: z.number().int().min(50).max(10_000).default(200),
  }),
  output: z.object({ found: z.boolean(), elapsed_ms: z.number(), last_excerpt: z.string() }),
  async run({ id, path, marker, timeout_secs, poll_interval_ms }, { session, signal }) {
    const { files } = session.forkd.sandboxes.at(id);
    const startedAt = performance.now();
    for (;;) {
      const text = await readEnd(files, path, signal);
      const elapsed = Math.round(performance.now() - startedAt);
      const found = text.includes(marker);
      if (found || elapsed >= timeout_secs * 1000) {
        const data = { found, elapsed_ms: elapsed, last_excerpt: text.slice(-EXCERPT_CHARACTERS) };
        const head = found ? `found after ${elapsed} ms` : `not found in ${elapsed} ms`;
        return { data, text: `${head}; the file ends with:\n${data.last_excerpt}` };
      }
      await delay(poll_interval_ms, undefined, { signal });
    }
  },
});

async function readEnd(files: Files, path: string, signal: AbortSignal): Promise<string> {
  try {
    return await files.readText(path, { tail: WATCHED_BYTES, maxBytes: WATCHED_BYTES, signal });
  } catch (error) {
    if (isForkdApiError(error) && NOTHING_YET.includes(error.code)) return "";
    throw error;
  }
}
