import { fileModeSchema, guestPathSchema } from "@forkd/contract/schemas";
import { z } from "zod";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "../sandboxes/fork-fields.ts";

/** What fits into a message with all that is around it. */
const MAX_CONTENT = 3 * 1024 * 1024;

export const writeFile = defineTool({
  name: "write_file",
  title: "Write a file",
  description:
    "Write a file in a sandbox, whole or not at all; directories above it are made. With append it is written at the end of " +
    "the file that is there.",
  effect: "runs",
  input: z.strictObject({
    id: sandboxField,
    path: guestPathSchema,
    content: z.string().max(MAX_CONTENT),
    encoding: z
      .enum(["utf-8", "base64"])
      .default("utf-8")
      .meta({ description: "How content is written here." }),
    mode: fileModeSchema
      .optional()
      .meta({ description: "Octal permission bits of a new file; 0644 unless told." }),
    append: z.boolean().default(false),
  }),
  output: z.object({ path: z.string(), bytes: z.number().int() }),
  async run({ id, path, content, encoding, mode, append }, { session, signal }) {
    const data = Buffer.from(content, encoding);
    const bytes = await session.forkd.sandboxes.at(id).files.write(path, data, { mode, append, signal });
    return { data: { path, bytes }, text: `wrote ${bytes} bytes to ${path}` };
  },
});
