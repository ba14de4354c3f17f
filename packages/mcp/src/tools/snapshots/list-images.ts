import { imageInfoSchema } from "@forkd/contract/schemas";
import { z } from "zod";
import { listLines } from "../../results/list-lines.ts";
import { defineTool } from "../../tool.ts";

const { id, names, size_bytes, created_at_unix } = imageInfoSchema.shape;

export const listImages = defineTool({
  name: "list_images",
  title: "List root images",
  description: "List the root images that create_snapshot can boot.",
  effect: "reads",
  input: z.strictObject({}),
  output: z.object({ images: z.array(z.object({ id, names, size_bytes, created_at_unix })) }),
  async run(_, { session, signal }) {
    const images = await session.forkd.images.list({ signal });
    const lines = images.map(({ id, names }) => `${names.join(", ") || "(no name)"}: ${id}`);
    const data = images.map(({ id, names, sizeBytes, createdAtUnix }) => ({
      id,
      names: [...names],
      size_bytes: sizeBytes,
      created_at_unix: createdAtUnix,
    }));
    return {
      data: { images: data },
      text: listLines(lines, "there are no images: make one with build_image"),
    };
  },
});
