import { signalRequestSchema } from "@forkd/contract/schemas";
import { z } from "zod";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "../sandboxes/fork-fields.ts";

export const stopCommand = defineTool({
  name: "stop_command",
  title: "Stop a command",
  description: "Send a signal to a command that start_command has started, and to all that it has started.",
  effect: "settles",
  input: z.strictObject({
    id: sandboxField,
    pid: z.number().int().min(1).max(4_194_304),
    signal: signalRequestSchema.shape.signal,
  }),
  output: z.object({ pid: z.number().int() }),
  async run({ id, pid, signal: name }, { session, signal }) {
    await session.forkd.sandboxes.at(id).signal(pid, name, { signal });
    return { data: { pid }, text: `sent ${name} to ${pid}` };
  },
});
