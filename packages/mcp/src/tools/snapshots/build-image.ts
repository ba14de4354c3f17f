import { imageInfoSchema, imageRecipeSchema, tagSchema } from "@forkd/contract/schemas";
import { z } from "zod";
import { defineTool } from "../../tool.ts";

const { suite, packages, script, size_mib } = imageRecipeSchema.shape;
const { id, names, size_bytes, cached } = imageInfoSchema.shape;

export const buildImage = defineTool({
  name: "build_image",
  title: "Build a root image",
  description:
    "Build a root image of Debian packages, which are downloaded; takes a minute or more. The same packages and script " +
    "are not built twice. For Python take python3 or python3-numpy and the like, for JavaScript nodejs.",
  effect: "makes",
  reachesOut: true,
  input: z.strictObject({ name: tagSchema, suite, packages, script, size_mib }),
  output: z.object({ id, names, size_bytes, cached }),
  async run({ name, suite, packages, script, size_mib }, { session, signal, onProgress }) {
    const recipe = { suite, packages, script, sizeMib: size_mib };
    const image = await session.forkd.images.build({ name, recipe }, { signal, onProgress });
    const { id, names, sizeBytes, cached } = image;
    return {
      data: { id, names: [...names], size_bytes: sizeBytes, cached },
      text: `${name}: image ${id}, ${cached ? "which was there already" : "new"}`,
    };
  },
});
