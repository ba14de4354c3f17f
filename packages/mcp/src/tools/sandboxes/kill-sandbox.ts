import { z } from "zod";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "./fork-fields.ts";

export const killSandbox = defineTool({
  name: "kill_sandbox",
  title: "Kill a sandbox",
  description: "End a sandbox. All that is in it is gone; snapshots that were made of it stay.",
  effect: "destroys",
  input: z.strictObject({ id: sandboxField }),
  output: z.object({ id: z.string(), killed: z.boolean() }),
  async question({ id }, { session, signal }) {
    const { info } = await session.forkd.sandboxes.get(id, { signal });
    if (session.owns(info)) return undefined;
    const name = info.name === null ? info.id : `${info.name} (${info.id})`;
    return `End the sandbox ${name}? This session has not made it, and all that is in it is lost.`;
  },
  async run({ id }, { session, signal }) {
    await session.forkd.sandboxes.kill(id, { signal });
    return { data: { id, killed: true }, text: `${id} has ended` };
  },
});
