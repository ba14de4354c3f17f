import { z } from "zod";
import { readTail } from "../../results/read-tail.ts";
import { TEXT_LIMIT } from "../../results/limit-text.ts";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "./fork-fields.ts";

export const getLogs = defineTool({
  name: "get_logs",
  title: "Read a sandbox's console",
  description:
    "Read the end of a sandbox's console, where its kernel and its services write, or of what its VMM said. Also of one that " +
    "died in the last ten minutes.",
  effect: "reads",
  input: z.strictObject({
    id: sandboxField,
    source: z.enum(["console", "vmm"]).default("console"),
    tail: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(200)
      .meta({ description: "The last lines, so many of them." }),
  }),
  output: z.object({
    text: z.string(),
    truncated: z.boolean().meta({ description: "Whether lines of these were left out, the older ones." }),
  }),
  async run({ id, source, tail }, { session, signal }) {
    const log = await session.forkd.sandboxes.at(id).logs({ source, tail, signal });
    const { text, isCut } = await readTail(log, TEXT_LIMIT);
    const note = isCut ? `[older lines are left out: ask for fewer with tail]\n` : "";
    return { data: { text, truncated: isCut }, text: text === "" ? "(it says nothing)" : note + text };
  },
});
