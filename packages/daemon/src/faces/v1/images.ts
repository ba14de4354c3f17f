import type { imageRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Root images: build, list, remove. */
export function createImageHandlers({ operations }: Services): Handlers<keyof typeof imageRoutes> {
  return {
    listImages: (call) => operations.listImages(call.caller, call.query, call),
    buildImage: (call) => operations.buildImage(call.caller, call.body, call),
    deleteImage: (call) => operations.removeImage(call.caller, { name: call.params.image }, call),
  };
}
