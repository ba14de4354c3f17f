import { snapshotRemovalSchema, tagSchema } from "@forkd/contract/schemas";
import { z } from "zod";
import { defineTool } from "../../tool.ts";

export const deleteSnapshot = defineTool({
  name: "delete_snapshot",
  title: "Delete a snapshot",
  description:
    "Delete a snapshot for good. One that sandboxes run from, or others stand on, is refused unless told.",
  effect: "destroys",
  input: z
    .strictObject({
      tag: tagSchema,
      force: z.boolean().default(false).meta({
        description: "Also when sandboxes run from it, which go on, or snapshots stand on it, which stay.",
      }),
      cascade: z
        .boolean()
        .default(false)
        .meta({ description: "Delete the snapshots that stand on it too. Not together with force." }),
    })
    .refine(({ force, cascade }) => !(force && cascade), {
      path: ["cascade"],
      message: "cannot be told together with force",
    }),
  output: snapshotRemovalSchema,
  question: async ({ tag, cascade }) =>
    `Delete the snapshot ${tag}${cascade ? " and all that stand on it" : ""}? It cannot be had again.`,
  async run({ tag, force, cascade }, { session, signal }) {
    const { removed } = await session.forkd.snapshots.remove(tag, { force, cascade, signal });
    return { data: { removed: [...removed] }, text: `deleted ${removed.join(", ")}` };
  },
});
