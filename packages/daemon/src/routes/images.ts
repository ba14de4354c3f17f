import { ForkdError } from "@forkd/contract";
import type { imageRoutes } from "@forkd/contract";
import type { Handlers } from "../http/handler.ts";
import type { Services } from "../services.ts";

/** Root images: build, list, remove. */
export function createImageHandlers({
  images,
  snapshots,
  writing,
}: Services): Handlers<keyof typeof imageRoutes> {
  return {
    listImages: () => images.list(),
    buildImage: (call) => images.build(call.body.name, call.body.recipe, call),
    deleteImage: async (call) => {
      const { image } = call.params;
      const { id } = await images.find(image);
      const users = (await snapshots.listLinks()).flatMap(({ tag, manifest }) =>
        manifest.image.id === id ? [tag ?? manifest.id] : [],
      );
      for (const [tag, wanted] of writing) if (wanted.image === image || wanted.image === id) users.push(tag);
      if (users.length > 0) throw new ForkdError("image_in_use", { image, users });
      await images.remove(image);
    },
  };
}
