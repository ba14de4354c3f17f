import { fileInfoSchema, guestPathSchema } from "@forkd/contract/schemas";
import { toWire } from "@forkd/sdk";
import type { FileInfo } from "@forkd/sdk";
import { z } from "zod";
import { listLines } from "../../results/list-lines.ts";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "../sandboxes/fork-fields.ts";

export const listFiles = defineTool({
  name: "list_files",
  title: "List files",
  description:
    "List what is in a directory of a sandbox, with depth 2 and more also what is in its directories.",
  effect: "reads",
  input: z.strictObject({
    id: sandboxField,
    path: guestPathSchema,
    depth: z.number().int().min(1).max(64).default(1),
    limit: z.number().int().min(1).max(2000).default(200).meta({ description: "How many entries at most." }),
  }),
  output: z.object({
    files: z.array(fileInfoSchema),
    truncated: z
      .boolean()
      .meta({ description: "Whether there is more: raise limit, or list a directory of it." }),
  }),
  async run({ id, path, depth, limit }, { session, signal }) {
    const found: FileInfo[] = [];
    let truncated = false;
    for await (const file of session.forkd.sandboxes.at(id).files.walk(path, { depth, signal })) {
      truncated = found.length === limit;
      if (truncated) break;
      found.push(file);
    }
    const files = found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const note = truncated ? "\n[cut: raise limit, or list one of its directories]" : "";
    return {
      data: { files: toWire(files), truncated },
      text: listLines(files.map(describeFile), `${path} is empty`) + note,
    };
  },
});

function describeFile({ path, type, size, mode, symlinkTarget }: FileInfo): string {
  const what = type === "file" ? `${size} bytes` : type;
  return `${mode} ${path}${symlinkTarget === null ? "" : ` -> ${symlinkTarget}`} (${what})`;
}
