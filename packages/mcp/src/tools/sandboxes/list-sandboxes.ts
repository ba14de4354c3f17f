import { labelFilterSchema, sandboxStatusSchema, tagSchema } from "@forkd/contract/schemas";
import { z } from "zod";
import { SESSION_LABEL } from "../../session.ts";
import { defineTool } from "../../tool.ts";
import { forkOutput, replyWithSandboxes } from "./fork-fields.ts";

export const listSandboxes = defineTool({
  name: "list_sandboxes",
  title: "List sandboxes",
  description:
    "List sandboxes, those that died in the last ten minutes too; all, or those that are as is told.",
  effect: "reads",
  input: z.strictObject({
    mine: z.boolean().default(false).meta({ description: "Only those that this session has made." }),
    status: sandboxStatusSchema.optional(),
    tag: tagSchema.optional().meta({ description: "Only those of this snapshot." }),
    label: labelFilterSchema
      .optional()
      .meta({ description: "Only those with this label: KEY=VALUE, or a KEY." }),
  }),
  output: forkOutput,
  async run({ mine, status, tag, label }, call) {
    const { session, signal } = call;
    const labels = [
      ...(label === undefined ? [] : [label]),
      ...(mine ? [`${SESSION_LABEL}=${session.id}`] : []),
    ];
    const sandboxes = await session.forkd.sandboxes.list({ status, tag, label: labels, signal });
    return replyWithSandboxes(sandboxes, call, "there are no such sandboxes: fork some with spawn_sandboxes");
  },
});
