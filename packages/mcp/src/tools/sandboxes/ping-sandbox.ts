import { pingSchema } from "@forkd/contract/schemas";
import { toWire } from "@forkd/sdk";
import { z } from "zod";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "./fork-fields.ts";

export const pingSandbox = defineTool({
  name: "ping_sandbox",
  title: "Ping a sandbox",
  description:
    "Ask the agent inside of a sandbox how it is: its version, its clock, and whether Python and Node are warm.",
  effect: "reads",
  input: z.strictObject({ id: sandboxField }),
  output: pingSchema,
  async run({ id }, { session, signal }) {
    const ping = await session.forkd.sandboxes.at(id).ping({ signal });
    const { python, node } = ping.interpreters;
    const text = `answered in ${ping.roundTripMs} ms; python is ${python.state}, node is ${node.state}`;
    return { data: toWire(ping), text };
  },
});
