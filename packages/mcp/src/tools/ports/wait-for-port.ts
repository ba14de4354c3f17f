import { portWaitRequestSchema } from "@forkd/contract/schemas";
import { z } from "zod";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "../sandboxes/fork-fields.ts";
import { portField } from "./port-field.ts";

export const waitForPort = defineTool({
  name: "wait_for_port",
  title: "Wait for a port",
  description: "Wait until a program of a sandbox listens on a TCP port.",
  effect: "reads",
  input: z.strictObject({
    id: sandboxField,
    port: portField,
    timeout_secs: portWaitRequestSchema.shape.timeout_secs,
  }),
  output: z.object({ port: z.number().int() }),
  async run({ id, port, timeout_secs: timeoutSecs }, { session, signal }) {
    await session.forkd.sandboxes.at(id).waitForPort(port, { timeoutSecs, signal });
    return { data: { port }, text: `something listens on port ${port}` };
  },
});
