import { portInfoSchema } from "@forkd/contract/schemas";
import { toWire } from "@forkd/sdk";
import { z } from "zod";
import { listLines } from "../../results/list-lines.ts";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "../sandboxes/fork-fields.ts";

export const listPorts = defineTool({
  name: "list_ports",
  title: "List listening ports",
  description:
    "List the TCP ports that programs of a sandbox listen on. fetch_port asks a web server of one.",
  effect: "reads",
  input: z.strictObject({ id: sandboxField }),
  output: z.object({ ports: z.array(portInfoSchema) }),
  async run({ id }, { session, signal }) {
    const ports = await session.forkd.sandboxes.at(id).ports.list({ signal });
    const lines = ports.map(
      ({ port, address, command, pid }) => `${port} on ${address}: ${command ?? "?"} (${pid ?? "?"})`,
    );
    return { data: { ports: toWire(ports) }, text: listLines(lines, "nothing listens there") };
  },
});
