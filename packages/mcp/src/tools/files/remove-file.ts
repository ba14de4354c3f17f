import { guestPathSchema } from "@forkd/contract/schemas";
import { z } from "zod";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "../sandboxes/fork-fields.ts";

export const removeFile = defineTool({
  name: "remove_file",
  title: "Remove a file",
  description:
    "Remove a file or an empty directory of a sandbox; with recursive, a directory with all that is in it.",
  effect: "destroys",
  input: z.strictObject({ id: sandboxField, path: guestPathSchema, recursive: z.boolean().default(false) }),
  output: z.object({ path: z.string() }),
  async question({ id, path, recursive }, { session, signal }) {
    const { info } = await session.forkd.sandboxes.get(id, { signal });
    if (session.owns(info)) return undefined;
    return `Remove ${path}${recursive ? " with all that is in it" : ""} in ${id}? This session has not made that sandbox.`;
  },
  async run({ id, path, recursive }, { session, signal }) {
    await session.forkd.sandboxes.at(id).files.remove(path, { recursive, signal });
    return { data: { path }, text: `removed ${path}` };
  },
});
