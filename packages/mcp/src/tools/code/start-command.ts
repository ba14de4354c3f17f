import { execRequestSchema } from "@forkd/contract/schemas";
import { z } from "zod";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "../sandboxes/fork-fields.ts";

const { args, env, cwd, user } = execRequestSchema.shape;

export const startCommand = defineTool({
  name: "start_command",
  title: "Start a command that goes on",
  description:
    "Start a command, such as a server, which goes on by itself. Read what it writes with read_output, wait for its port with " +
    "wait_for_port, and end it with stop_command.",
  effect: "runs",
  input: z.strictObject({ id: sandboxField, args, env, cwd, user }),
  output: z.object({
    pid: z.number().int().meta({ description: "What read_output and stop_command take." }),
  }),
  async run({ id, args, ...options }, { session, signal }) {
    const pid = (await session.forkd.sandboxes.at(id).spawn(args, { ...options, signal })).detach();
    return { data: { pid }, text: `started with pid ${pid}` };
  },
});
