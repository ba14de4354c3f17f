import { branchInfoSchema, branchRequestSchema } from "@forkd/contract/schemas";
import { toWire } from "@forkd/sdk";
import { z } from "zod";
import { describeSnapshot } from "../../results/describe-snapshot.ts";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "./fork-fields.ts";

const { tag, mode, diff, measure_diff, wait } = branchRequestSchema.shape;

export const branchSandbox = defineTool({
  name: "branch_sandbox",
  title: "Snapshot a running sandbox",
  description:
    "Make a snapshot of a running sandbox, which runs on. Its tag can be forked with spawn_sandboxes any number of times, " +
    "to go back to this point. Leave mode away for the shortest pause.",
  effect: "makes",
  input: z
    .strictObject({ sandbox_id: sandboxField, tag, mode, diff, measure_diff, wait })
    .refine(({ mode, diff }) => mode === null || !diff, {
      path: ["mode"],
      message: "can be told only once: by mode or diff",
    }),
  output: branchInfoSchema,
  async run({ sandbox_id: id, tag, mode, diff, wait }, { session, signal, onProgress }) {
    const request = { tag, mode: diff ? ("diff" as const) : mode, wait };
    const branch = await session.forkd.sandboxes.at(id).branch({ ...request, signal, onProgress });
    const text = `${describeSnapshot(branch)}\n${id} stood still for ${branch.pauseMs} ms (mode ${branch.mode})`;
    return { data: toWire(branch), text };
  },
});
