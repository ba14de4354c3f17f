import type { imageRoutes } from "@forkd/contract";
import { removeImage } from "@forkd/core";
import type { Handlers } from "../http/handler.ts";
import type { Services } from "../services.ts";

/** Root images: build, list, remove. */
export function createImageHandlers(services: Services): Handlers<keyof typeof imageRoutes> {
  const { images } = services;
  return {
    listImages: () => images.list(),
    buildImage: (call) => images.build(call.body.name, call.body.recipe, call),
    deleteImage: (call) => removeImage(services, call.params.image),
  };
}
