import { z } from "zod";
import { TEXT_LIMIT } from "../../results/limit-text.ts";
import { writeOutcome } from "../../results/write-outcome.ts";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "../sandboxes/fork-fields.ts";
import { CommandOutput } from "./command-output.ts";

const MAX_WAIT_SECS = 60;

export const readOutput = defineTool({
  name: "read_output",
  title: "Read a command's output",
  description:
    "Read what a command of start_command has written: all that is kept, or what comes behind next_offset of the last call. " +
    "Waits up to wait_secs for more, or until it ends. The last 256 KiB that nobody has read are kept.",
  effect: "reads",
  input: z.strictObject({
    id: sandboxField,
    pid: z.number().int().min(1).max(4_194_304),
    from_offset: z.number().int().min(0).optional().meta({ description: "next_offset of the last call." }),
    wait_secs: z.number().min(0.1).max(MAX_WAIT_SECS).default(1),
    max_output: z.number().int().min(1).max(262_144).default(TEXT_LIMIT).meta({
      description: "How many bytes are given, of stdout and stderr together.",
    }),
  }),
  output: z.object({
    stdout: z.string(),
    stderr: z.string(),
    exit_code: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Null while it runs, or while there is more to read." }),
    next_offset: z.number().int().nullable().meta({ description: "What to give as from_offset to read on." }),
  }),
  async run({ id, pid, from_offset, wait_secs, max_output }, { session, signal }) {
    const patience = AbortSignal.timeout(wait_secs * 1000);
    const options = { fromOffset: from_offset, signal: AbortSignal.any([signal, patience]) };
    const output = new CommandOutput(from_offset ?? null, max_output);
    try {
      for await (const event of session.forkd.sandboxes.at(id).attach(pid, options)) {
        if (!output.take(event)) break;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!patience.aborted) throw error;
    }
    const data = output.read();
    const head =
      data.exit_code === null
        ? "it may write more: call again with from_offset"
        : `exit code ${data.exit_code}`;
    const { stdout, stderr, next_offset } = data;
    return { data, text: writeOutcome(`${head} (next_offset ${next_offset})`, { stdout, stderr }) };
  },
});
